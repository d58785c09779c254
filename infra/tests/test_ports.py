"""Ports come from the environment, the memory or the defaults, and a taken one is named."""

import socket

import pytest

from bina import ports
from bina.errors import ConfigurationError, OperatorError

DEFAULTS = {"kafka": 9092, "registration": 8101, "registration_mongo": 27101}


def test_defaults_hold_without_a_word() -> None:
    assert ports.assign(DEFAULTS, {}, {}) == DEFAULTS


def test_environment_moves_one_port() -> None:
    assert ports.assign(DEFAULTS, {"BINA_REGISTRATION_MONGO_PORT": "27999"}, {})["registration_mongo"] == 27999


def test_environment_wins_over_memory() -> None:
    assert ports.assign(DEFAULTS, {"BINA_KAFKA_PORT": "9999"}, {"kafka": 9111})["kafka"] == 9999


def test_memory_of_an_absent_listener_is_dropped() -> None:
    assert "portal" not in ports.assign(DEFAULTS, {}, {"portal": 8080})


def test_free_ports_differ_and_are_below_the_ephemeral_ones() -> None:
    drawn = ports.assign(DEFAULTS, {"BINA_PORTS": "free"}, {})
    assert len(set(drawn.values())) == len(DEFAULTS)
    assert all(20_000 <= port < 32_768 for port in drawn.values())


def test_free_ports_are_remembered() -> None:
    drawn = ports.assign(DEFAULTS, {"BINA_PORTS": "free"}, {})
    assert ports.assign(DEFAULTS, {"BINA_PORTS": "free"}, drawn) == drawn


def test_remembered_port_that_somebody_has_taken_is_drawn_anew() -> None:
    with socket.socket() as holder:
        holder.bind((ports.LOOPBACK, 0))
        holder.listen()
        taken = holder.getsockname()[1]
        assert ports.assign(DEFAULTS, {"BINA_PORTS": "free"}, {"kafka": taken})["kafka"] != taken


def test_all_faulty_variables_are_named_at_once() -> None:
    faulty = {"BINA_KAFKA_PORT": "many", "BINA_REGISTRATION_PORT": "80", "BINA_PORTS": "any"}
    with pytest.raises(ConfigurationError) as refusal:
        ports.assign(DEFAULTS, faulty, {})
    assert all(name in str(refusal.value) for name in faulty)


def test_one_port_for_two_listeners_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="8101 for kafka and registration"):
        ports.assign(DEFAULTS, {"BINA_KAFKA_PORT": "8101"}, {})


def test_taken_port_is_named_with_its_variable() -> None:
    with socket.socket() as holder:
        holder.bind((ports.LOOPBACK, 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(OperatorError, match=f"port {port} for kafka is taken by process") as refusal:
            ports.refuse_taken({"kafka": port})
    assert "BINA_KAFKA_PORT=<port>" in refusal.value.fix


def test_free_port_is_not_refused() -> None:
    (port,) = ports.free_ports(1)
    ports.refuse_taken({"kafka": port})
