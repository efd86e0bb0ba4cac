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


class EnvelopesReplaced(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Ballots that were handed in have been overwritten behind the application's back."""

    code = "envelopes_replaced"

    def __init__(self, n_replaced: int) -> None:
        super().__init__(
            f"票箱里有 {n_replaced} 份选票被换成了不是经系统投入的内容，原来的选票已不在箱里，投票没有截止。"
            "请监票人会同系统管理员核查（包括服务器密钥是否改过）；相关人员可以用原票重新提交。"
            "核查后仍要截止的，在“台账”页确认：这些内容不计入收回，并写入台账。"
        )


class TotalsRefused(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Heads or figures of paper forms that cannot be taken."""

    code = "totals_refused"


class CastingBusy(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Nothing is wrong with the ballot. The page's script sends it again by itself."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__("现在提交的人多，选票还没有计入。您填写的内容还在本页，请过几秒钟再点一次“提交”。")


class RehearsalNotPassed(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    code = "rehearsal_not_passed"
