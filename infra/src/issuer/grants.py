"""What Authlib needs to be told: who the clients are, what a token says, where codes are kept."""

import re
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, request
from joserfc.jwk import KeySet

from issuer.directory import Account, Directory, Registered
from issuer.keys import SigningKeys

TOKEN_LIFE_S: Final = 600  # a revoked account or role ends with it: services ask nobody in between
CODE_LIFE_S: Final = 60
ALGORITHM: Final = "ES256"
_TENANT: Final = re.compile(r"[0-9]{2}(\.[0-9]{2})?")
_NAME: Final = re.compile(r"[\w.@-]{1,100}", re.ASCII)


class Client(ClientMixin):
    """A registered program, as Authlib asks about it."""

    def __init__(self, registered: Registered) -> None:
        self.registered = registered

    def get_client_id(self) -> str:
        return self.registered.id

    def get_default_redirect_uri(self) -> str | None:
        return next(iter(self.registered.redirect_uris), None)

    def get_allowed_scope(self, scope: str | None) -> str:
        return " ".join(each for each in (scope or "").split() if each == "openid")

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.registered.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(self.registered.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method == "none") == (not self.registered.secret)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and bool(self.registered.redirect_uris)

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == ("client_credentials" if self.registered.secret else "authorization_code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(AuthorizationCodeMixin):
    """A login that a client may turn into a token, once and soon."""

    code: str
    client: str
    redirect_uri: str
    scope: str
    nonce: str | None
    account: Account
    code_challenge: str
    code_challenge_method: str
    auth_time: int

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Codes:
    """The codes given out in the last minute; in memory, so a restart only asks for another login."""

    def __init__(self) -> None:
        self._codes: dict[str, Code] = {}
        self._lock = threading.Lock()

    def add(self, code: Code) -> None:
        """Keep a code; old ones go."""
        with self._lock:
            oldest = time.time() - CODE_LIFE_S
            self._codes = {key: each for key, each in self._codes.items() if each.auth_time >= oldest}
            self._codes[code.code] = code

    def take(self, code: str, client: str) -> Code | None:
        """Give the code, once, to the client that it was made for."""
        with self._lock:
            found = self._codes.pop(code, None)
        is_good = found and found.client == client and found.auth_time >= time.time() - CODE_LIFE_S
        return found if is_good else None


class _Tokens(JWTBearerTokenGenerator):
    def __init__(self, issuer: str, directory: Directory) -> None:
        super().__init__(issuer, alg=ALGORITHM, expires_generator=lambda *_: TOKEN_LIFE_S)
        self._directory = directory

    def get_jwks(self) -> KeySet:
        return self._directory.keys.signing()

    def get_audiences(self, client: Client, user: Account | None, scope: str) -> list[str]:
        asked = _asked("audience", _NAME) if client.registered.asks_for_any_caller else []
        return asked or list(self._directory.services)

    def get_extra_claims(
        self,
        client: Client,
        grant_type: str,
        user: Account | None,
        scope: str,
    ) -> dict[str, Any]:
        shared = {"nbf": int(time.time())}
        if client.registered.asks_for_any_caller:
            tenant = _asked("tenant", _TENANT)[:1] or ["00"]
            subject = _asked("subject", _NAME)[:1] or [client.registered.id]
            return {**shared, "tenant": tenant[0], "roles": _asked("role", _NAME), "sub": subject[0]}
        who = user or client.registered
        return {**shared, "tenant": who.tenant, "roles": list(who.roles)}


def _asked(name: str, pattern: re.Pattern[str]) -> list[str]:
    """Read a parameter that only the development client may send, in its forms `a=1&a=2` and `a=1 2`."""
    given = [each for value in request.form.getlist(name) for each in value.split()]
    if wrong := [each for each in given if not pattern.fullmatch(each)]:
        raise InvalidRequestError(f"Invalid '{name}': {wrong[0][:50]!r}")
    return given


class _OnlyS256(CodeChallenge):
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"


class _Login(OpenIDCode):
    def __init__(self, issuer: str, keys: SigningKeys) -> None:
        super().__init__()
        self._issuer, self._keys = issuer, keys

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False

    def resolve_client_private_key(self, client: Client) -> KeySet:
        return self._keys.signing()

    def get_client_algorithm(self, client: Client) -> str:
        return ALGORITHM

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": self._issuer, "aud": [client.get_client_id()]}

    def generate_user_info(self, user: Account, scope: str) -> UserInfo:
        return UserInfo(sub=user.name, typ="ID", tenant=user.tenant)


class _ProgramGrant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")


def authorization_server(app: Flask, directory: Directory, issuer: str) -> AuthorizationServer:
    """Make the server with its two grants: programs with a secret, people through the login page."""
    codes = Codes()

    class LoginGrant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

        def save_authorization_code(self, code: str, request: Any) -> None:
            given = request.payload.data
            made = Code(
                code=code,
                client=request.client.get_client_id(),
                redirect_uri=request.payload.redirect_uri or "",
                scope=request.scope or "",
                nonce=given.get("nonce"),
                account=request.user,
                code_challenge=given.get("code_challenge", ""),
                code_challenge_method="S256",
                auth_time=int(time.time()),
            )
            codes.add(made)

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return codes.take(code, client.get_client_id())

        def delete_authorization_code(self, authorization_code: Code) -> None:
            """Nothing is left to delete: taking it was removing it."""

        def authenticate_user(self, authorization_code: Code) -> Account | None:
            return directory.account(authorization_code.account.name)  # it may have been revoked since the login

    def find_client(client_id: str) -> Client | None:
        found = directory.clients.get(client_id)
        return None if found is None else Client(found)

    server = AuthorizationServer(app, query_client=find_client, save_token=lambda *_: None)
    server.register_token_generator("default", _Tokens(issuer, directory))
    server.register_grant(_ProgramGrant)
    server.register_grant(LoginGrant, [_OnlyS256(required=True), _Login(issuer, directory.keys)])
    return server
