"""Refusals of the evaluation: in words, and never telling more than the person may know."""

from apps.common.errors import DomainError, NotAllowedNow


class TwoCardsNeeded(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    code = "two_cards_needed"

    def __init__(self) -> None:
        super().__init__(
            "需要两张不同的钥匙卡，现在不够两张。票箱没有打开，选票都完好。请另一位监票人录入自己的钥匙卡。"
        )


class CardUnreadable(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    code = "card_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "录入的钥匙卡有缺字或错字，无法识别。票箱没有打开，选票都完好。"
            "请对照卡片逐组核对，或改用扫码；仍不行请换第三张钥匙卡。"
        )


class CardsDoNotFit(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    code = "cards_do_not_fit"

    def __init__(self) -> None:
        super().__init__(
            "录入的钥匙卡与本场次不符。票箱没有打开，选票都完好。请核对卡片上印的场次名称，换上本场次的钥匙卡再试。"
        )


class HoldMissing(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    code = "hold_missing"

    def __init__(self) -> None:
        super().__init__(
            "服务器上找不到本场次的封存钥匙文件，只凭钥匙卡不能开箱。票箱没有打开，选票都完好。"
            "请取出随钥匙卡一起打印、单独密封的“封存页”，把上面的字符也录入，再试一次。"
        )


class SlipRefused(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The slip cannot be used; the code says why, for the casting page."""

    code = "slip_refused"


class BallotRefused(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """What was sent is no sealed ballot of this session."""

    code = "ballot_refused"


class VotingNotOpen(NotAllowedNow):
    code = "not_open_yet"


class VotingClosed(NotAllowedNow):
    code = "voting_closed"


class LedgerDoesNotBalance(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    code = "ledger_does_not_balance"


class UrnAltered(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The urn is not what was closed."""

    code = "urn_altered"
