"""A state machine that leads a client through a world: lists, cancels, waits, and holds what the client shows against the model.

An integrator subclasses it with a few methods that call their client. The rules and the invariant stand here; what is right is
the model's business, and what a step meant is told elsewhere.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from whenever import TimeDelta

from mockserver.testing.mock import Mock
from mockserver.testing.properties.client_run import ClientRun
from mockserver.testing.properties.counterexamples import FOLDER, SavingTestCase
from mockserver.testing.properties.model import Outcome, Shown
from mockserver.testing.properties.scenarios import Drawn, scenarios
from mockserver.testing.world import World

_WAITS = ("PT30S", "PT1S", "PT1M", "PT5M", "PT1H", "PT24H")


class IminStateMachine(RuleBasedStateMachine):
    """The base class. Give it a client by :meth:`connect`, :meth:`list_upcoming`, :meth:`cancel`, and perhaps :attr:`show_order`.

    ``worlds`` draws the world of each run, ``counterexamples`` is the folder for what is found. The class's ``TestCase`` is the
    test; where imin cannot be reached and the user is told so, a method raises :class:`UnavailableError`.
    """

    worlds: ClassVar[st.SearchStrategy[Drawn]] = scenarios(api_faults=False)
    counterexamples: ClassVar[Path | str] = FOLDER
    TestCase = SavingTestCase()

    def __init__(self) -> None:
        super().__init__()
        self._mock: Mock | None = None
        self._run: ClientRun | None = None

    # What a subclass gives

    def connect(self, world: World) -> None:
        """Make a client of this world: of its ``base_url``, or of a transport, with its ``api_key``."""
        raise NotImplementedError("Define connect(self, world): make your client, and keep it on self.")

    def list_upcoming(self, customer: str) -> Iterable[Shown]:
        """What the client shows to this customer of what is ahead."""
        raise NotImplementedError("Define list_upcoming(self, customer): what your client shows, as Shown(...).")

    def cancel(self, order: str, items: Sequence[str]) -> Outcome | Mapping[str, Outcome]:
        """Let the customer wish to cancel items of an order; what the client says then, of all or of each."""
        raise NotImplementedError("Define cancel(self, order, items): what your client says, as Outcome.")

    def poll(self) -> None:
        """Let the client do what it does from time to time; nothing, unless it keeps something."""

    show_order: Callable[[str], Iterable[Shown]] | None = None
    """Optional: ``show_order(self, order)``, what the client shows of an order."""

    list_history: Callable[[str], Iterable[str]] | None = None
    """Optional: ``list_history(self, customer)``, the identifiers of the orders that it shows, in its order."""

    # What a subclass may use

    def pause(self, seconds: float) -> None:
        """Let the world's time pass: what a client should call in place of ``time.sleep``."""
        self.client_run.pass_time(TimeDelta(seconds=seconds))

    @property
    def now(self) -> datetime:
        """The present instant of the world."""
        return datetime.fromisoformat(self.client_run.now.format_iso())

    # The rules

    @initialize(drawn=st.runner().flatmap(lambda machine: machine.worlds))
    def begin(self, drawn: Drawn) -> None:
        """A fresh world."""
        self._mock = Mock(coverage=False)
        self._run = ClientRun(self._mock, drawn)
        self.connect(self._run.world)

    @rule(chosen=st.runner().flatmap(lambda machine: machine.client_run.subsets()))
    def wish_to_cancel(self, chosen: tuple[str, tuple[str, ...]]) -> None:
        """A customer wishes to cancel some items of an order."""
        name, items = chosen
        self.client_run.wish(name, items, lambda order: self.cancel(order, items))

    @rule(period=st.sampled_from(_WAITS))
    def wait(self, period: str) -> None:
        """Time passes."""
        self.client_run.wait(TimeDelta.parse_iso(period))

    @precondition(lambda self: self.client_run.next_due() is not None)
    @rule()
    def wait_for_what_is_due(self) -> None:
        """Time passes until the next thing happens."""
        due = self.client_run.next_due()
        assert due is not None
        self.client_run.wait_until(due, "until something is due")

    @precondition(lambda self: self.client_run.cliffs())
    @rule(data=st.data())
    def wait_until_about_a_cliff(self, data: st.DataObject) -> None:
        """Time passes until around a deadline or a start."""
        cliff = data.draw(st.sampled_from(self.client_run.cliffs()), label="cliff")
        seconds = data.draw(st.sampled_from([0, -1, 1]), label="seconds")
        self.client_run.wait_until(cliff + TimeDelta(seconds=seconds), "until about a deadline or a start")

    @rule(action=st.runner().flatmap(lambda machine: machine.client_run.deeds()))
    def something_is_done(self, action: Mapping[str, Any]) -> None:
        """The Seller does something, or the world's behaviour changes."""
        self.client_run.do(action)

    @invariant()
    def the_client_shows_what_imin_says(self) -> None:
        """After every step: every list, every order, every flag."""
        run = self.client_run
        run.ask(self.poll)
        for customer in run.customers:
            run.hold_list(customer, partial(self.list_upcoming, customer))
            if self.list_history is not None:
                run.hold_history(customer, partial(self.list_history, customer))
        if self.show_order is not None:
            for order in run.orders:
                run.hold_order(order, partial(self.show_order, str(order.id)))

    def teardown(self) -> None:
        if self._mock is not None:
            self._mock.close()

    @property
    def client_run(self) -> ClientRun:
        """The run under way."""
        assert self._run is not None, "a run begins with a world"
        return self._run
