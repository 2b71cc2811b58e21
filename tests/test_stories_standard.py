"""The standard programme as it is shipped: a newcomer's first weeks, every number worked out."""

import pytest

from bot.points.types import Programme
from tests.story import Story


@pytest.fixture
def programme(shipped: Programme) -> Programme:
    return shipped


def test_a_newcomer_from_the_first_day_to_the_first_order(story: Story) -> None:
    """
    # 50 of welcome; 阿强, who brought them, is owed 100 when they have stayed seven days.
    2026-06-01 10:00  阿强  签到        +5
    阿强 brings 小美                    +50
                      阿强  waiting 100
    06-01..06-02      小美  签到        +5
    # The third rewarded deed within seven days: 50 beside it.
    06-03             小美  签到        +55
    06-04..06-06      小美  签到        +5
    06-07             小美  签到        +35
                      小美  = 165
    # The order is of 128.90 yuan, so 128 points wait; 15 of shipping earn nothing.
    order O1 paid 143.90 by 小美 美妆=128.90  told
                      小美  waiting 128
    06-09 09:00       jump
                      阿强  waiting 0
                      阿强  = 105
    # Completed: 128 for the order, 200 for the first one, 50 beside them and 200 for who brought.
    06-10             小美  签到        +5
    order O1 completed                  +578
                      小美  = 548
                      阿强  = 305
    # Half of it comes back: floor(128 × 71.95 / 143.90) = 64 stay, and the rest stays whole.
    order O1 refunded R1 71.95          -64
                      小美  = 484
    # All of it: 64, 200 and 50 go back, and the 200 of 阿强.
    order O1 cancelled                  -514
                      小美  = 170
                      阿强  = 105
    """
