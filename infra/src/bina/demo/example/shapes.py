"""The form of the example files: which fields, which values; what they mean together is checked in `rules`."""

from typing import Any

from bina.demo.example import codes, measuring, model
from bina.demo.example import fields as f


class UnitShape(f.ExampleSchema):
    builds = model.Unit
    key = f.key()
    name = f.text(120)
    kind = f.choice(codes.UNIT_KINDS)
    count = f.count(1, 200, required=False)
    parent = f.key(required=False)


class TenantShape(f.ExampleSchema):
    builds = model.Tenant
    code = f.region()
    name = f.text(120)
    kind = f.choice(("PROVINSI", "KABUPATEN", "KOTA"))
    time_zone = f.choice(codes.ZONES)
    units = f.many(UnitShape)


class OfficeShape(f.ExampleSchema):
    builds = model.Office
    office = f.code()
    label = f.text(120)


class FactsShape(f.ExampleSchema):
    builds = model.ProgrammeFacts
    code = f.pattern(r"[A-Z]{2,4}-[A-Z]{2,4}-\d{4}", "a programme code such as KDI-RTR-2025")
    tenant = f.region()
    kind = f.choice(("RETREAT", "CLINIC", "BRIEFING"))
    title = f.text(120)
    organizer_unit = f.key()
    sponsor = f.one(OfficeShape)
    initiative = f.choice(("OWN_INITIATIVE", "INSTRUCTION", "NATIONAL_PROGRAMME"))
    legal_basis = f.text(300)
    objectives = f.several(f.code())
    values = f.several(f.choice(("BP", "AK", "KP", "HM", "LY", "AD", "KL")))
    minutes_per_jp = f.count(30, 120)
    preceded_by = f.text(120, required=False)


class SourceShape(f.ExampleSchema):
    builds = model.Source
    key = f.key()
    title = f.text()
    published = f.day()


class ClaimShape(f.ExampleSchema):
    builds = model.Claim
    key = f.key()
    subject = f.pattern(r"[a-z][a-z_]{1,63}", "a subject in small letters")
    value = f.text(200)
    source = f.key()
    status = f.choice(("RECORDED", "VERIFIED", "DISPUTED"))
    conflict = f.pattern(r"DQ\d{1,2}", "the number of a known conflict such as DQ2", required=False)


class SessionShape(f.ExampleSchema):
    builds = model.Session
    key = f.pattern(r"[A-Z]\d{1,2}", "a session key such as K1")
    title = f.text()
    kind = f.choice(codes.SESSION_KINDS)
    day = f.count(1, 10)
    start = f.clock()
    minutes = f.count(15, 600)
    jp = f.count(0, 12)
    echelons = f.several(f.choice(("I", "II", "III", "IV", "NON")), required=False)


class SpeakerShape(f.ExampleSchema):
    builds = model.Speaker
    session = f.pattern(r"[A-Z]\d{1,2}", "a session key such as K1")
    role = f.choice(("SPEAKER", "TRAINER", "FACILITATOR", "OFFICIANT"))
    levels = f.several(f.choice(codes.GOVERNMENT_LEVELS))
    planned = f.choice(codes.SPEAKER_STATES)
    office = f.code(required=False)
    holder = f.text(80, required=False)
    on_behalf_of = f.code(required=False)
    final = f.choice(("ATTENDED", "NO_SHOW", "DECLINED"), required=False)


class CurriculumShape(f.ExampleSchema):
    builds = model.Curriculum
    sessions = f.many(SessionShape)
    speakers = f.many(SpeakerShape, least=0)


class VenueShape(f.ExampleSchema):
    builds = model.Venue
    time_zone = f.choice(codes.ZONES)
    name = f.text(120, required=False)
    region = f.region(required=False)


class PeriodShape(f.ExampleSchema):
    builds = model.Period
    start = f.day()
    end = f.day()


class MomentShape(f.ExampleSchema):
    builds = model.Moment
    day = f.day()
    time = f.clock()


class MoveShape(f.ExampleSchema):
    builds = model.Move
    start = f.day()
    end = f.day()
    venue = f.one(VenueShape)
    reason = f.code()
    decided_by = f.code()
    decided_on = f.day()


class PersonGroupShape(f.ExampleSchema):
    builds = model.PersonGroup
    category = f.choice(codes.CATEGORIES)
    count = f.count(1, 2000)
    small = f.count(1, 2000)
    units = f.key()
    first_unit = f.count(1, 200, required=False)
    person_kind = f.choice(("ASN", "NON_ASN"), required=False)
    asn_status = f.choice(("PNS", "PPPK", "CPNS"), required=False)
    echelon = f.choice(codes.ECHELONS, required=False)
    position = f.choice(codes.POSITIONS, required=False)
    cover = f.choice(("PLH", "PLT", "EXEMPT"), required=False)


class UnitGroupShape(f.ExampleSchema):
    builds = model.UnitGroup
    category = f.choice(("OPD", "BAGIAN_SETDA"))
    units = f.key()
    count = f.count(1, 200)
    small = f.count(1, 200)
    delegates = f.count(1, 10)
    echelon = f.choice(codes.ECHELONS)
    position = f.choice(codes.POSITIONS)


class SharedShape(f.ExampleSchema):
    builds = model.SharedPerson
    programme = f.text(32)
    category = f.choice(codes.CATEGORIES)
    member = f.count(1, 2000)
    unit = f.key()


class BatchShape(f.ExampleSchema):
    builds = model.Batch
    key = f.pattern(r"W\d{1,2}", "a wave key such as W1")
    number = f.count(1, 99)
    venue = f.one(VenueShape)
    planned = f.one(PeriodShape)
    started = f.one(MomentShape)
    completed = f.one(MomentShape)
    moved = f.one(MoveShape, required=False)
    optional = f.flag()
    roster = f.many(PersonGroupShape, required=False)
    units = f.many(UnitGroupShape, required=False)
    shared = f.many(SharedShape, required=False)


class TestsShape(f.ExampleSchema):
    builds = measuring.Tests
    pre_mean = f.count(0, 100)
    post_mean = f.count(0, 100)
    spread = f.count(0, 50)


class DimensionShape(f.ExampleSchema):
    builds = measuring.Dimension
    code = f.choice(codes.DIMENSIONS)
    baseline = f.mean()
    t30 = f.mean()
    t90 = f.mean()
    t180 = f.mean()


class PlansShape(f.ExampleSchema):
    builds = measuring.Plans
    submitted_after = f.count(0, 400)
    items = f.count(1, 20)
    references = f.several(f.code())
    verified_after = f.count(0, 400)
    verified_share = f.count(0, 100)


class VisitsShape(f.ExampleSchema):
    builds = measuring.Visits
    units = f.key()
    count = f.count(1, 200)
    small = f.count(1, 200)
    after = f.count(0, 400)
    wave = f.choice(codes.WAVES)


class ScoreShape(f.ExampleSchema):
    builds = measuring.Score
    instrument = f.choice(("IKM", "RB", "SAKIP"))
    period = f.pattern(r"\d{4}", "a year")
    units = f.key()
    count = f.count(1, 200)
    small = f.count(1, 200)
    on = f.day()
    answers = f.several(f.count(1, 4), required=False)
    value = f.pattern(r"\d{1,3}\.\d{2}", "a score with two decimals in quotes", required=False)


class MonitoringShape(f.ExampleSchema):
    builds = measuring.Monitoring
    respondents = f.choice(("PERSON", "UNIT"))
    dimensions = f.many(DimensionShape)
    baseline_days_before = f.count(1, 60)
    plans = f.one(PlansShape)
    visits = f.one(VisitsShape)
    scores = f.many(ScoreShape, least=0)
    tests = f.one(TestsShape, required=False)


class TenantsFileShape(f.ExampleSchema):
    builds = dict
    tenants = f.many(TenantShape)


class ProgrammeFileShape(f.ExampleSchema):
    builds = model.Programme
    facts = f.one(FactsShape, data_key="programme")
    sources = f.many(SourceShape)
    claims = f.many(ClaimShape, least=0)
    curriculum = f.one(CurriculumShape)
    batches = f.many(BatchShape)
    monitoring = f.one(MonitoringShape)


class FigureShape(f.ExampleSchema):
    """`value` for both rosters, or one for each; figures of all batches have other values with an optional one."""

    builds = model.Expectation
    key = f.pattern(r"[A-Za-z0-9_.+-]{3,120}", "the key of a figure")
    value = f.text(120, required=False)
    full = f.text(120, required=False)
    small = f.text(120, required=False)
    wave = f.text(40, required=False)
    unless = f.text(40, required=False)


class ExpectedFileShape(f.ExampleSchema):
    builds = dict
    figures = f.many(FigureShape)


SHAPES: dict[str, type[f.ExampleSchema]] = {"tenants.yaml": TenantsFileShape, "expected.yaml": ExpectedFileShape}


def shape_of(file: str) -> f.ExampleSchema:
    """Give the form of a file by its name; every other file holds one programme."""
    kind: Any = SHAPES.get(file, ProgrammeFileShape)
    shape: f.ExampleSchema = kind()
    return shape
