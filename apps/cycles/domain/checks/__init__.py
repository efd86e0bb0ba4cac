"""What still stands between a draft and its opening, in words ("还差什么").

Every check reads plain data and says one sentence that tells how to go on.
"""

from apps.cycles.domain.checks.gaps import Gap, doubled, plain, weight_gap
from apps.cycles.domain.checks.opening import Dates, check_example, check_opening, check_scheme

__all__ = ["Dates", "Gap", "check_example", "check_opening", "check_scheme", "doubled", "plain", "weight_gap"]
