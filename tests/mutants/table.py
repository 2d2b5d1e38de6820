"""The standing list of small mutants: faults that a slip of the hand could bring in, and that the tests must see.

``old`` stands in ``file`` exactly once; ``tests`` are those that must fail once it reads ``new``.
"""

from dataclasses import dataclass

DOMAIN = ("tests/domain", "--ignore=tests/domain/test_laws.py")
LAWS = ("tests/domain/test_laws.py",)
ENGINE = ("tests/engine", "tests/storage", "--ignore=tests/engine/test_codec.py")
CODEC = ("tests/engine/test_codec.py",)
SCENARIO = ("tests/scenario",)
LISTS = ("tests/web/test_imin_lists.py",)
READY = ("tests/web/test_imin_ready_answers.py",)
BODY = ("tests/web/test_imin_cancellation_body.py",)
COVERAGE = tuple(f"tests/engine/test_coverage{part}.py" for part in ("_of_worlds", "_reports", ""))

FAILING = ("tests/pytest_plugin/test_failing.py",)
MISUSE = ("tests/testing/test_misuse.py",)
STATES = ("tests/scenario/test_provider_states.py", "tests/web/test_admin_provider_states.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One small fault, why it matters, and the tests that must see it."""

    file: str
    old: str
    new: str
    why: str
    tests: tuple[str, ...]


def _of(file: str, tests: tuple[str, ...], *faults: tuple[str, str, str]) -> tuple[Mutant, ...]:
    return tuple(Mutant(file=file, old=old, new=new, why=why, tests=tests) for old, new, why in faults)


# fmt: off
MUTANTS: tuple[Mutant, ...] = (
    *_of("engine/coverage/sightings.py", COVERAGE,
        ("}:after\"", "}:before\"", "a list is after a cliff once its instant has passed"),
    ),
    *_of("engine/coverage/tally.py", COVERAGE,
        ("is refusal.rule:", "is not refusal.rule:", "the first item that may not be cancelled ends the matter"),
        ("(not events or len(command.item_ids) > 1)", "not events", "a repeat beside a fresh item is met too"),
    ),
    *_of("engine/coverage/events.py", COVERAGE,
        ("if before is not after:", "if True:", "a change that leaves the status is no move"),
        ("if not _is_published(world, earlier):", "if True:", "what needs no publication cannot be overtaken"),
    ),
    *_of("engine/coverage/ledger.py", COVERAGE,
        ("tally.counts = self.gone", "pass", "a request that outlives its world is counted"),
        ("self.gone[point] += count", "self.gone[point] = count", "the counts of all worlds that are gone add up"),
    ),
    *_of("engine/coverage/report.py", COVERAGE,
        ("counts.get(point, 0) + count", "count", "merging is a sum"),
        ("or written.universe != mark_of_universe()", "", "reports of other points are not mixed in"),
    ),
    *_of("engine/registry.py", COVERAGE,
        ("if self.coverage is None or law_breaker is not None:", "if self.coverage is None:", "an evil twin is not counted"),
        ("rehearsal.tally.take_up(rehearsal.world)", "pass", "a fork goes on from where its origin stands"),
        ("            self._retire(before)", "            pass", "a reset leaves the counts of the world that was"),
    ),
    *_of("scenario/placeholders.py", STATES,
        ("text.find(literal, at + 1)", "text.find(literal, at)", "a placeholder stands for something"),
    ),
    *_of("scenario/provider_states.py", STATES,
        ("[name] if name in self.own else self.own", "self.own", "a state by its very name comes before any pattern"),
    ),
    *_of("web/admin_api/provider_states.py", STATES,
        ("_forget(control, key, used)\n    control.worlds.create", "control.worlds.create", "a setup begins afresh"),
        ("if named != asked:", "if False:", "a key that names a scenario is never lent"),
        ("control.worlds.aliases.pop(used, None)", "pass", "a key is lent until the teardown"),
    ),
    *_of("domain/cancellability.py", DOMAIN,
        ("if now < deadline or", "if now <= deadline or", "the deadline instant itself is too late"),
        ("is not True", "is False", "an offer that says nothing of refunds is not cancellable"),
        ('== "elapsed"', '!= "elapsed"', "a day is a calendar day unless the reading says otherwise"),
        ("Rule.CANCEL_STARTED if window is None", "Rule.CANCEL_STARTED if window", "the rule tells a window from a start"),
        ("if status in ATTENDANCE else", "if status not in ATTENDANCE else", "attended is not pending"),
        ("if now >= opportunity.starts", "if now > opportunity.starts", "at the start it has started"),
    ),
    *_of("domain/cancelling.py", DOMAIN,
        ('PENDING and repeats == "accepted"', 'PENDING and repeats != "accepted"', "a repeat while pending follows its reading"),
        ("if item.order_id != order.id:", "if False:", "an item of another order is refused"),
        ("if answer.kind is AnswerKind.REFUSE_NOW:", "if answer.kind is AnswerKind.REFUSE:", "only refuse_now refuses at once"),
        ("if answer.kind is AnswerKind.NEVER:", "if answer.kind is AnswerKind.CONFIRM:", "never is never"),
        ("if awaited.left <= 1 and", "if awaited.left <= 2 and", "an answer comes at the last read, not before"),
        ("if not truth.state_of(i).status.is_cancelled)", "if True)", "an answer never reverses the Seller's cancellation"),
        ('== "reverts"', '!= "reverts"', "a refusal reverts unless the reading says otherwise"),
        ("in dict.fromkeys(command.item_ids)", "in command.item_ids", "an item asked for twice is passed on once"),
    ),
    *_of("domain/statuses.py", DOMAIN,
        ("return self is OrderItemStatus.CUSTOMER_CANCELLED or", "return", "a customer's cancellation is a cancellation"),
    ),
    *_of("domain/evolve.py", DOMAIN,
        ("world.fault_uses = {}", "pass", "faults are counted anew in each stay"),
        ("customer_notice=None,", "", "a notice goes with the cancellation"),
        ("if leaves or new != old:", "if leaves:", "a new start moves the item in the list"),
        ("elif awaited.left > 1:", "elif awaited.left > 0:", "the last read makes the answer due once"),
    ),
    *_of("domain/selling.py", DOMAIN,
        ("opportunity.offer.price_minor > offer.price_minor or", "", "a replacement is not dearer"),
        ("if opportunity.seller_id != order.seller_id:", "if False:", "a replacement is of the same Seller"),
        ("return [i for i in booked if i not in moved_away] + moved_to", "return booked", "a change concerns who is on it now"),
        ("if command.status not in ATTENDANCE:", "if False:", "marking attendance cannot cancel"),
    ),
    *_of("domain/publishing.py", DOMAIN,
        ("due = now + feed.lag", "due = now", "the lag is kept"),
        ("rank=-world.scheduled", "rank=0", "reordered changes come newest first"),
        ("and not command.again:\n        return []", "or command.again:\n        return []", "duplicates are published"),
        ("AFTER_PUBLICATIONS = 1", "AFTER_PUBLICATIONS = -1", "a reading sees what is published at its instant"),
        ("change_number=len(truth.feed_log) + 1", "change_number=len(truth.feed_log)", "change numbers count from 1"),
        ("else now + RETRY_AFTER_OUTAGE", "else now + RETRY_AFTER_OUTAGE * 2", "it is tried again after a minute"),
    ),
    *_of("domain/feed_reading.py", DOMAIN,
        ("return replace(read, status=OrderItemStatus.PENDING)", "return read", "an unrelated change leaves pending pending"),
        ("begun += bool(update.refund_due)", "pass", "refunds of one reading are numbered apart"),
        ("before.due_minor(item) - after.due_minor(item)", "before.due_minor(item)", "an item's part is what it fell by"),
        ("RefundCause.CANCELLED if cancelled else RefundCause.CHEAPER", "RefundCause.CANCELLED", "cheaper is not cancelled"),
        ("and not before.status.is_cancelled", "", "a duplicate is harmless"),
    ),
    *_of("domain/refunding.py", DOMAIN,
        ("AFTER_REFUNDS = 1", "AFTER_REFUNDS = -1", "a refund through at the minute is not announced"),
        ("refund.failed_attempts < refund.fails", "refund.failed_attempts <= refund.fails", "a refund fails as often as said"),
        ("cancelled_ids = update.cancelled_ids if money_of_cancelled else ()", "cancelled_ids = update.cancelled_ids",
         "a free item waits for nobody's money"),
        ("sum_minor(update.refund_due, update.cancelled_ids)", "sum_minor(update.refund_due)",
         "the money of a cheaper item is not a cancelled one's"),
        ("back = sum_minor(refund.parts, refund.cancelled_ids)", "back = refund.amount_minor",
         "an e-mail claims no more than its items' money"),
        ("if refund.status is RefundStatus.COMPLETED:", "if False:", "no notice after the money"),
    ),
    *_of("domain/refund_parts.py", LAWS,
        ("if wanted is None or part.item_id in wanted", "if True", "an e-mail tells of its own items' money alone"),
    ),
    *_of("domain/refunding.py", LAWS,
        ("            parts=update.refund_due,", "            parts=update.refund_due[:1],",
         "all of what an order fell by is given back"),
    ),
    *_of("domain/feed_reading.py", LAWS,
        ("            item_id=item.id,\n", "            item_id=order.items[0].id,\n",
         "money is ascribed to the item that it was paid for"),
    ),
    *_of("domain/behaving.py", DOMAIN,
        ("if command.stay != world.stay:", "if False:", "a timer does not outlive its stay"),
        ("if instant >= now:", "if instant > now:", "an instant fires on entering at that instant"),
        ("trigger.item_id not in item_ids", "trigger.item_id in item_ids", "a transition waits for its item"),
        ("used < fault.times", "used <= fault.times", "a fault is served as often as it says"),
    ),
    *_of("domain/unfolding.py", DOMAIN,
        ("coming.extendleft(reversed(reaction))", "coming.extend(reaction)", "an event meets the state that the last one led to"),
        ("world.agenda[0][0] > until", "world.agenda[0][0] >= until", "what is due now is done now"),
    ),
    *_of("domain/world.py", DOMAIN,
        ("if item.change_number == number:", "if True:", "an order is in the feed once"),
        ("if not state.status.is_cancelled", "if True", "a cancelled item leaves the total"),
    ),
    *_of("domain/world.py", LAWS,
        ("states=dict(self.imin.states),", "states=self.imin.states,", "a copy lives apart"),
    ),
    *_of("engine/queries.py", LISTS + READY,
        ("first = bisect_right(", "first = -1 + bisect_right(", "what has started is not upcoming"),
        ("cliffs.append(starts[first][0])", "pass", "a kept answer ends at the next start"),
    ),
    *_of("engine/clock.py", ENGINE,
        ("passed, self.since = wall - self.since, wall", "passed = wall - self.since", "passed time counts once"),
        ("self.position = max(instant, self.now())", "self.position = instant", "a running clock is not moved back"),
    ),
    *_of("engine/rehearsal.py", ENGINE,
        ("if instant < now:\n            raise", "if False:\n            raise", "time does not go back"),
        ("self.clock.move_to(max(now, *last))", "pass", "the clock stands where the journal ends"),
    ),
    *_of("engine/registry.py", ENGINE,
        ("self._by_key.move_to_end(key)\n        return", "return", "the least recently used world goes first"),
        ("choices = self.find(key).choices", "choices = NO_CHOICES", "a reset keeps what was chosen"),
    ),
    *_of("engine/snapshots.py", ENGINE,
        ('if snapshot["seal"] !=', 'if False and snapshot["seal"] !=', "a changed snapshot is refused"),
        ("clock=clock_written(clock),", "", "a restored clock moves as it did"),
    ),
    *_of("engine/codec.py", CODEC,
        ('return "instant" if name == "at" else name', "return name", "two instants of an event stay apart"),
        ("if hint not in (Command, command):", "if False:", "no other command where an answer belongs"),
    ),
    *_of("scenario/notation.py", SCENARIO,
        ('sign = -1 if found[1] == "-" else 1', "sign = 1", "minus is before the epoch"),
        ("return int(pounds) * 100", "return int(pounds) * 10", "a pound has a hundred pence"),
    ),
    *_of("web/imin_api/operations.py", LISTS,
        ("if len(customers) != 1 or", "if not customers or", "a list is of exactly one customer"),
        ('page.strip("0")', 'page', "there is no page 0"),
    ),
    *_of("web/imin_api/cancellation_body.py", BODY,
        ('if key not in allowed and ":" not in key', "if False", "other properties are refused"),
    ),
    *_of("pytest_plugin/worlds.py", FAILING,
        (" or (expected.scripted and then is None)", "", "what a scenario expects of its own client is not judged"),
        ("if to_come:", "if False:", "an expectation at a later instant is judged too"),
        ("channel.surprises[self._seen :]", "channel.surprises", "a test answers for its own surprises"),
        ("for line in _unmet(world,", "for line in _unmet(self,", "a second world is judged too"),
    ),
    *_of("testing/asking.py", MISUSE,
        ('raise MockError(f"{instant!r} has no zone', 'MockError(f"{instant!r} has no zone', "an instant has a zone"),
        ("if each.hint else ''", "if False else ''", "a faulty scenario is told with what was perhaps meant"),
    ),
)
# fmt: on
