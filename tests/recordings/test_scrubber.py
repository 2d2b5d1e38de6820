"""Nothing secret of a recording is printed or written, and the scrubbed copy says the same as its origin."""

from pathlib import Path

import msgspec

from mockserver.domain.twins import Twin
from mockserver.exchange_files.session import RecordedExchange, Session
from mockserver.recordings.scrubber import Scrubber
from tests.recordings.foreign import SECRETS
from tests.recordings.test_drift import drift, of_imin


def test_nothing_secret_is_printed_or_written(tmp_path: Path) -> None:
    kept, scenario = tmp_path / "kept.har", tmp_path / "derived.yaml"
    content = of_imin("happy-path", twin=Twin.FLAG_STUCK_TRUE)
    content = content.replace(b"Evening Yoga", SECRETS[2].encode()).replace(b"Adult", b"Ms Asha Patel")
    result = drift(tmp_path, content, "--scrub-to", str(kept), "--save-scenario", str(scenario))
    assert result.exit_code == 1
    for text in (result.output, kept.read_text(), scenario.read_text()):
        for secret in (*SECRETS, "asha", "Asha", "Patel", "203.0.113.7", "Riverside"):
            assert secret not in text, secret


def test_personal_places_and_secrets_within_what_is_kept_are_scrubbed() -> None:
    taken = RecordedExchange(
        number=1,
        method="GET",
        origin="https://user:hunter2@book.imin.co",
        target="/api/v2/orders?customerIdentifier=jo%40private.example&page=2&token=t0ps3cret",
        status=200,
        response_body=msgspec.json.encode(
            {
                "id": "https://book.imin.co/api/v2/orders?customerIdentifier=jo%40private.example&page=1",
                "identifier": "mail someone.else@private.example",
                "imin:item": [
                    {"attendee": {"type": "Person", "identifier": "NHS-943-476-5919", "telephone": 7700900123}}
                ],
                "accessCode": [{"type": "PropertyValue", "id": "4711-0815"}],
            }
        ),
    )
    (scrubbed,) = Scrubber().session(Session(exchanges=(taken,))).exchanges
    written = repr(scrubbed)
    for secret in ("hunter2", "private", "t0ps3cret", "943", "7700900123", "4711"):
        assert secret not in written, secret
    assert scrubbed.target.startswith("/api/v2/orders?customerIdentifier=customer-1&page=2&token=scrubbed-")
    assert b'"type":"Person"' in scrubbed.response_body


def test_the_scrubbed_copy_drifts_as_its_origin_does(tmp_path: Path) -> None:
    kept = tmp_path / "kept.har"
    for twin in (None, Twin.FLAG_STUCK_TRUE):
        first = drift(tmp_path, of_imin("happy-path", twin=twin), "--scrub-to", str(kept))
        again = drift(tmp_path, kept.read_bytes())
        assert (again.exit_code, again.output) == (first.exit_code, first.output)
