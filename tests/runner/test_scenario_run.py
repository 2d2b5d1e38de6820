import pytest
from whenever import Instant

from mockserver.client.channel import Response
from mockserver.engine.codec import decode
from mockserver.foundation.limits import WORK_AT_ONE_INSTANT
from mockserver.runner import scenario_run
from mockserver.runner.scenario_run import journal_of, run_scenario
from mockserver.scenario.scenario import parse_scenario
from tests.making import lowered
from tests.runner.writing import run_yoga, the_failure, yoga

EPOCH = Instant("2030-06-03T08:00:00Z")


def test_a_run_says_for_every_line_what_was_found_and_when() -> None:
    run = run_yoga(
        """\
        when:
          - {at: +1m, cancel: seat-1, of: booking, expect: 204}
        then:
          - {item: seat-1, status: CustomerCancellationPending, at: +1m}
          - {refunds: 1, amount: 6.50 GBP}
        """
    )
    assert run.ok
    assert run.quiet
    assert [(each.line, each.says, each.found, each.at.to_instant() - EPOCH) for each in run.outcomes] == [
        (17, "cancelling seat-1 of booking to give 204", "204", EPOCH.add(minutes=1) - EPOCH),
        (19, *["seat-1 is CustomerCancellationPending at imin"] * 2, EPOCH.add(minutes=1) - EPOCH),
        (20, *["1 refund, 6.50 GBP"] * 2, EPOCH.add(minutes=2, seconds=5) - EPOCH),
    ]


def test_a_failure_says_what_was_expected_what_was_found_and_what_had_happened() -> None:
    failure = the_failure(
        run_yoga(
            """\
            when:
              - {at: +1m, cancel: seat-1, of: booking, expect: 204}
            then:
              - {item: seat-1, status: CustomerCancelled, at: +1m59s}
            """
        )
    )
    assert str(failure).splitlines()[:2] == [
        "line 19: expected seat-1 is CustomerCancelled at imin",
        "  but seat-1 is CustomerCancellationPending at imin (at 2030-06-03 09:01:59)",
    ]
    assert failure.lately[-2:] == (
        "2030-06-03 09:01:30  Booking System cancels seat-1; imin does not know yet  [answer.confirmed]",
        "2030-06-03 09:01:30  OrdersFeed shows order booking as change 1  [feed.one-item-per-change]",
    )


def test_at_one_instant_the_steps_come_before_the_expectations() -> None:
    assert run_yoga(
        """\
        then:
          - {event: cancellation_requested, times: 0, at: +59s}
          - {event: cancellation_requested, at: +1m}
        when:
          - {at: +1m, cancel: seat-1, of: booking}
        """
    ).ok


def test_without_an_instant_an_expectation_waits_until_the_world_is_quiet() -> None:
    run = run_yoga(
        "timeline: [{at: +20d, do: attended, order: booking}]\nthen: [{item: seat-1, status: CustomerAttended}]"
    )
    assert run.ok
    assert run.outcomes[0].at.to_instant() == EPOCH.add(hours=20 * 24, minutes=1)


def test_a_world_that_is_never_quiet_is_left_after_a_month() -> None:
    run = run_yoga(
        """\
        behaviour:
          states: {tick: {after: {P1D: tock}}, tock: {after: {P1D: tick}}}
        then: [{event: behaviour_entered, times: 32}]
        """
    )
    assert run.ok
    assert not run.quiet


def test_a_behaviour_that_runs_in_a_circle_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.engine.live_world.WORK_AT_ONE_INSTANT", lowered(WORK_AT_ONE_INSTANT, 100))
    run = run_yoga(
        """\
        behaviour:
          states: {here: {after: {PT1M: there}}, there: {after: {PT0S: again}}, again: {after: {PT0S: there}}}
        then: [{refunds: 0}]
        """
    )
    assert not run.ok
    assert "runs in a circle" in run.failures[0].found


def test_a_world_that_runs_in_a_circle_before_it_has_begun_fails_the_run() -> None:
    always = "on: [{event: behaviour_entered, to: dizzy}]"
    run = run_yoga(f"behaviour: {{states: {{dizzy: {{{always}}}}}}}\nwhen: [{{at: +1m, list_upcoming: asha}}]")
    assert the_failure(run).says == "the world to come to rest"
    assert "run in a circle" in run.failures[0].found


def test_a_step_before_the_world_begins_fails() -> None:
    step = 'when: [{at: "2030-06-03T07:59:00Z", list_upcoming: asha}]'
    failure = the_failure(run_scenario(yoga(step, epoch="now")))
    assert failure.found == "this instant is before the world begins"


def test_an_expectation_that_a_stepping_clock_has_passed_fails() -> None:
    failure = the_failure(
        run_yoga(
            """\
            clock: {step: PT1M}
            when: [{at: +0s, list_upcoming: asha}, {at: +0s, list_upcoming: asha}]
            then: [{refunds: 0, at: +1m}, {refunds: 0, at: +2m}]
            """
        )
    )
    assert failure.line == 18
    assert "had already passed 2030-06-03 09:01:00" in failure.found


def test_latency_takes_no_real_time_and_moves_a_running_clock_at_its_rate() -> None:
    run = run_yoga(
        """\
        clock: {running: {rate: 60}}
        behaviour: {states: {slow: {imin: {api: {list_upcoming: {latency: PT1H}}}}}}
        when: [{at: +1m, list_upcoming: asha}]
        then: [{refunds: 0}]
        """
    )
    assert run.ok
    assert run.outcomes[1].at.to_instant() == EPOCH.add(minutes=1, hours=60)
    assert run.took < 600  # of the 3,600 that the latency says


def test_latency_leaves_a_frozen_clock_where_it_is() -> None:
    run = run_yoga(
        """\
        behaviour: {states: {slow: {imin: {api: {list_upcoming: {latency: PT1H}}}}}}
        when: [{at: +1m, list_upcoming: asha}]
        then: [{refunds: 0}]
        """
    )
    assert run.outcomes[1].at.to_instant() == EPOCH.add(minutes=1)


def test_a_scenario_that_begins_now_runs_the_same_at_any_time() -> None:
    text = yoga("when: [{at: +1m, list_upcoming: asha, total: 1}]").text.replace("2030-06-03T09:00:00+01:00", "now")
    run = run_scenario(parse_scenario(text, name="yoga"))
    assert run.ok
    assert run.happened[0].at == EPOCH


def test_a_bug_of_the_mock_fails_the_step_that_met_it_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("mockserver.web.imin_api.wire.order", broken)
    run = run_yoga("when: [{at: +1m, get_order: booking}, {at: +1m, list_upcoming: asha, total: 1}]")
    assert the_failure(run).found.startswith("the mock itself failed (bug): ZeroDivisionError")
    assert run.outcomes[1].passed


def test_an_exception_that_escapes_the_mock_fails_its_step(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> Response:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(scenario_run, "request", broken)
    run = run_yoga("when: [{at: +1m, get_order: booking}]\nthen: [{refunds: 0}]")
    assert the_failure(run).found == "the mock raised ZeroDivisionError: by nothing"
    assert run.outcomes[1].passed


def test_a_mock_fault_in_an_answer_fails_the_step_whatever_it_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    async def faulty(*_: object) -> Response:
        return Response(status=204, headers=[(b"x-imin-mock-fault", b"bug")], body=b'{"detail":"oh dear"}')

    monkeypatch.setattr(scenario_run, "request", faulty)
    run = run_yoga("when: [{at: +1m, cancel: seat-1, of: booking, expect: 204}]")
    assert the_failure(run).found == "the mock itself failed (bug): oh dear"


def test_a_request_that_no_form_of_the_body_can_say_fails_its_step() -> None:
    run = run_yoga(
        """\
        readings: {patch-body: identifiers}
        when: [{at: +1m, cancel: [seat-1, seat-1], of: booking, expect: 400}]
        """
    )
    assert "one item at a time" in the_failure(run).found


@pytest.mark.parametrize("form", ["any", "unprefixed", "prefixed", "identifiers"])
def test_the_stand_in_speaks_the_form_that_the_scenario_reads(form: str) -> None:
    run = run_yoga(f"readings: {{patch-body: {form}}}\nwhen: [{{at: +1m, cancel: seat-1, of: booking, expect: 204}}]")
    assert run.ok, run.failures


def test_the_journal_of_a_run_is_all_that_happened_and_can_be_read_back() -> None:
    run = run_yoga("when: [{at: +1m, cancel: seat-1, of: booking}]")
    journal = journal_of(run)
    assert [decode(entry) for entry in journal] == list(run.happened)
    assert journal[-1]["event"] == "email_sent"


def test_every_run_has_a_world_of_its_own() -> None:
    scenario = yoga("when: [{at: +1m, cancel: seat-1, of: booking}]\nthen: [{event: cancellation_requested}]")
    assert run_scenario(scenario).ok
    assert run_scenario(scenario).ok
