"""The operations that look at what has happened in a world, as a part of the control interface's table."""

from mockserver.web.admin_api import expectations, explained, explanation, observations
from mockserver.web.admin_api import observed as seen
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.describing import WORLD, look, look_at_world, problem_says
from mockserver.web.decoder import query_of
from mockserver.web.operation import DescribedOperation

OBSERVATIONS: dict[str, dict[str, DescribedOperation[Control]]] = {
    f"{WORLD}/timeline": {
        "GET": look_at_world(
            "showTimeline", "observations", "What has happened", observations.show_timeline, seen.Timeline,
            query_of(seen.TimelineQuery),
        )
    },
    f"{WORLD}/refunds": {
        "GET": look_at_world("listRefunds", "observations", "All refunds", observations.list_refunds, seen.RefundList)
    },
    f"{WORLD}/emails": {
        "GET": look_at_world("listEmails", "observations", "All e-mails", observations.list_emails, seen.EmailList)
    },
    f"{WORLD}/expectations": {
        "GET": look_at_world(
            "listExpectations", "observations", "What the scenario expects, and whether it is so",
            expectations.list_expectations, seen.ExpectationList,
        )
    },
    f"{WORLD}/customers": {
        "GET": look_at_world(
            "listCustomers", "observations", "Whom the scenario has", observations.list_customers, seen.CustomerList,
            query_of(seen.CustomersQuery),
        )
    },
    f"{WORLD}/orders": {
        "GET": look_at_world(
            "listOrders", "observations", "Orders in both views", observations.list_orders, seen.OrderList,
            query_of(seen.OrdersQuery),
        )
    },
    f"{WORLD}/orders/{{order}}": {
        "GET": look(
            "showOrder", "observations", "An order in both views", observations.show_order, seen.OrderView,
            outcomes={404: problem_says("There is no such world, or no such order in it.")},
        )
    },
    f"{WORLD}/order-items/{{item}}/explanation": {
        "GET": look(
            "explainOrderItem", "observations", "Why imin says what it says about an order item",
            explanation.show_explanation, explained.ExplanationView,
            about="The rule that decides whether it may be cancelled, the values that it was applied to, who says so, and"
            " every instant at which the answer flips if nobody does anything.",
            query=query_of(explained.ExplanationQuery),
            outcomes={
                404: problem_says("There is no such world, or no such order item in it."),
                409: problem_says("That is in the past, out of the calendar, or too much is due before it."),
            },
        )
    },
    f"{WORLD}/feed": {
        "GET": look_at_world(
            "showFeed", "observations", "The OrdersFeed as it stands", observations.show_feed, seen.FeedView
        )
    },
}  # fmt: skip
"""Every path under a world that shows what has happened there."""
