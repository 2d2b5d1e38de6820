"""Every bound on what one request, one file or one world may cost, in one place. A caller who meets one is told its name.

It knows numbers and why they are what they are. It must never know who asks. What bounds how a thing *looks* (lines shown,
columns) stays with what draws it. A test asks for the worst of each: none holds the server for more than a tenth of a second for
each megabyte of the input that it comes from.
"""


class Limit(int):
    """A number with its name, what it bounds, and what becomes of what is beyond it."""

    name: str
    bounds: str
    beyond: str

    def __new__(cls, value: int, name: str, bounds: str, beyond: str) -> "Limit":
        limit = super().__new__(cls, value)
        limit.name, limit.bounds, limit.beyond = name, bounds, beyond
        return limit

    @property
    def told(self) -> str:
        """Number and name, as a message ends with them: ``(limit journal-events: 500,000)``."""
        return f"(limit {self.name}: {self:,})"


# What happens in a world.

REACTIONS_TO_ONE_COMMAND = Limit(
    1_000,
    "reactions-to-one-command",
    "reactions of a scenario's machine to what one command brings",
    "the command is refused: 500",
)
WORK_AT_ONE_INSTANT = Limit(
    10_000,
    "work-at-one-instant",
    "works due at one instant, beside ten for each order item and each line of the timeline",
    "the world stops there: 500",
)
EVENTS_OF_ONE_ADVANCE = Limit(
    10_000,
    "events-of-one-advance",
    "events of one advance of a clock",
    'the clock stops early and the answer says `"complete": false`',
)
WORK_OF_CATCHING_UP = Limit(
    5_000,
    "work-of-catching-up",
    "works that a running clock does at one request",
    "the clock lags; the answer says `X-Imin-Mock-World: behind`",
)
EVENTS_UNTIL_QUIET = Limit(
    50_000,
    "events-until-quiet",
    "events that `run` and the other commands wait for, for a world to come to rest",
    "they stop waiting",
)
JOURNAL_EVENTS = Limit(
    100_000, "journal-events", "events of one world", "nothing more happens by itself in it: 500, until it is reset"
)
WORK_EXPLAINED = Limit(
    10_000, "work-explained", "works between now and the instant that an explanation is asked for", "409"
)
WORK_LOOKED_THROUGH = Limit(
    5_000, "work-looked-through", "works that an explanation looks ahead", "`seen_until` says how far it went"
)
EXPECTED_TIMES_EVENTS = Limit(
    1_000_000,
    "expected-times-events",
    "expectations of a scenario, times the events of its world, in one answer",
    "409",
)
TIMELINE_EVENTS = Limit(
    5_000, "timeline-events", "events that one answer tells of", "`next` says which number to go on after"
)
SNAPSHOT_EVENTS = Limit(20_000, "snapshot-events", "events of a world of which a snapshot is taken", "409")
CLIFFS = Limit(50, "cliffs", "cliffs of one explanation", "`seen_until` says how far it went")

# What is kept.

EXCHANGE_BYTES = Limit(
    2_048,
    "exchange-bytes",
    "bytes that an exchange takes on average: bodies, target and headers",
    "the oldest exchanges are forgotten sooner",
)
REQUEST_BODY_KEPT = Limit(
    65_536, "request-body-kept", "bytes of a request's body in an exchange", "the rest is not kept"
)
READY_ANSWERS = Limit(64, "ready-answers", "ready answers of one world", "they are made anew")
READY_QUESTION = Limit(
    1_024, "ready-question", "characters of a question whose answer is kept ready", "its answer is made anew each time"
)
EVICTED_KEYS = Limit(
    10_000,
    "evicted-keys",
    "keys of evicted worlds that are remembered",
    "the oldest are forgotten, and are as unused ones",
)
MACHINE_POINTS = Limit(
    100_000,
    "machine-points",
    "points of coverage that belong to machines of scenarios whose worlds are gone",
    "the oldest are forgotten",
)
SCENARIOS_PLAYED = Limit(
    10_000, "scenarios-played", "names of scenarios that ever had a world", "those of later ones are not remembered"
)
PERIODS_TAKEN_APART = Limit(
    256, "periods-taken-apart", "periods of which the amounts and the text are kept", "they are taken apart anew"
)
JSON_PIECES = Limit(16_384, "json-pieces", "pieces of imin's JSON that are kept encoded", "they are made anew")

# What a client sends.

HEAD_BYTES = Limit(
    65_536,
    "head-bytes",
    "bytes of a request's head: its target and its headers; servers before APIs take 8 to 64 KiB",
    "431",
)
HEADERS = Limit(
    200, "headers", "headers of a request; Apache takes 100, and a client behind several proxies has forty", "431"
)
TARGET_BYTES = Limit(
    16_384, "target-bytes", "bytes of a request's target, its path and query, for the server's own sake", "414"
)
BYTES_AFTER_THE_ANSWER = Limit(
    256 * 1024 * 1024,
    "bytes-after-the-answer",
    "bytes that a client may still send after the answer that ends its connection; they go by, so that the answer arrives",
    "the connection is closed",
)
SECONDS_AFTER_THE_ANSWER = Limit(
    2, "seconds-after-the-answer", "seconds that such a client may be silent", "the connection is closed"
)
UPLOAD_TIMES_BODY = Limit(
    64,
    "upload-times-body",
    "times `--body-limit` that a body for the control interface may have: a snapshot that was given out is taken back",
    "413",
)

# What is read from files.

SCENARIO_CHARACTERS = Limit(
    2_000_000, "scenario-characters", "characters of a scenario, and of a file of provider states", "it is faulty"
)
SCENARIO_DEPTH = Limit(
    40, "scenario-depth", "levels of lists and mappings within one another in such a text", "it is faulty"
)
SCENARIO_VALUES = Limit(
    200_000, "scenario-values", "values of such a text, with those that its aliases repeat", "it is faulty"
)
UPLOADED_VALUES = Limit(
    10_000,
    "uploaded-values",
    "the same, of a text that is put on a running server: to read one takes it ten microseconds",
    "422, with the place",
)
DEPARTURES = Limit(
    1_000, "departures", "departures of a file from the schema that are looked at", "those that were found are told"
)
FAULTS_TOLD = Limit(
    100,
    "faults-told",
    "faults of one file: as many as anybody reads, and each may need a look for the name that was meant",
    "the others are told when these are mended",
)
WORD_COMPARED = Limit(
    64,
    "word-compared",
    "characters of a wrong name that are compared: no name is longer, and it takes the square of the length",
    "the rest is not looked at",
)
NAMES_COMPARED = Limit(
    1_000, "names-compared", "names among which the one that was meant is looked for", "the rest is not looked at"
)
DECODED_AT_ONCE = Limit(
    64 * 1024,
    "decoded-at-once",
    "bytes of a body at the control interface that are decoded while everybody else waits",
    "a larger one is decoded beside the loop that answers others",
)
STATES_OF_AN_INTERACTION = Limit(
    100, "states-of-an-interaction", "provider states of one interaction, each of which may begin a world", "400"
)
BOOKINGS = Limit(
    250_000,
    "bookings",
    "opportunities and order items of a scenario, with those that `repeats` and `for_each` make",
    "it is faulty",
)
UPLOADED_BOOKINGS = Limit(
    8_000,
    "uploaded-bookings",
    "the same, of a scenario that is put on a running server; a file in a folder of `--scenarios` may have more",
    "422, with the place",
)
UPLOADED_SCENARIOS = Limit(
    1_000, "uploaded-scenarios", "scenarios that are put on a running server", "409, until one is deleted"
)
UPLOADED_CHARACTERS = Limit(
    32 * 1024 * 1024,
    "uploaded-characters",
    "characters that the texts of all of those have",
    "409, until one is deleted",
)

LARGEST_RECORDING = Limit(
    512 * 1024 * 1024,
    "largest-recording",
    "bytes of a recording, which is held in memory whole, and of one that was packed",
    "it is refused; a day of a browser's traffic is smaller",
)
LARGEST_RECORDED_BODY = Limit(
    16 * 1024 * 1024,
    "largest-recorded-body",
    "bytes of an unpacked body in a recording",
    "it is not one of imin's, but one that was made to fill the memory, and is refused",
)

# What the check of a scenario explores.

CHECKED_STATES = Limit(
    100_000,
    "checked-states",
    "states that `check` reaches, unless `--max-states` says otherwise",
    "it says so and ends",
)
CHECKED_SECONDS = Limit(
    60,
    "checked-seconds",
    "seconds that `check` takes for a file, unless `--max-time` says otherwise",
    "it says so and ends",
)
CHECKED_SUBSETS = Limit(
    64,
    "checked-subsets",
    "sets of an order's items that `check` lets a client cancel",
    "each item alone and all together are tried; it says so",
)
CHECKED_WORK_AT_ONE_INSTANT = Limit(
    20_000, "checked-work-at-one-instant", "works due at one instant in `check`", "they count as endless"
)

# What a test does.

SLEEPS_IN_A_TEST = Limit(
    100_000,
    "sleeps-in-a-test",
    "sleeps of code under a virtual sleep: what waits for what never comes would go on for ever, without waiting",
    "the test fails",
)

LIMITS: dict[str, Limit] = {limit.name: limit for limit in list(globals().values()) if isinstance(limit, Limit)}
"""Every limit, by its name."""
