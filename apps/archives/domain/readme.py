"""The paper that lies on top of an archive: what is in it and how to check it on any computer, without this system."""

README = "README.txt"
TEXT = """\
{title} 归档包
{rule}

一、里面有什么
01 方案           述职评议方案（文字和数据）、述职对象名单
02 述职报告       每人的述职报告，审核记录
03 会议           会议记录附件，点评内容
04 测评           各测评场次的结果包（开箱后的评分、台账、回执清单、每一步的得分）
05 得分           结果汇总表，每人的测评结果单，考核得分的佐证材料
06 等次审定       研究审定表，等次登记表
07 文书           已经出具的文书原件
08 整改           整改台账，佐证材料
09 日志摘录       本周期的操作日志
归档目录.pdf、归档目录.xlsx   全部文件的目录
SHA256SUMS.txt    全部文件的 SHA-256 散列值清单
没有内容的文件夹不在包里。结果包是未经隐去的全部计票数据，本归档包只供组织部门保管、复核，不得发布、转发。

二、怎样核对文件没有被改动（不需要本系统，不需要联网）
1. 先算整个归档包的 SHA-256，与系统“归档”页面（或移交清单）上写的比对：
   Windows：certutil -hashfile 归档包.zip SHA256　　Linux：sha256sum 归档包.zip　　macOS：shasum -a 256 归档包.zip
   一致，就说明包内每一个字节都没有变，不必再做下面的核对。
2. 如果不一致，解开归档包，进入解开的文件夹，找出是哪个文件变了：
   Linux：sha256sum -c SHA256SUMS.txt　　macOS：shasum -a 256 -c SHA256SUMS.txt
   Windows（PowerShell）：
   Get-Content SHA256SUMS.txt -Encoding UTF8 | ForEach-Object {{ $h, $n = $_ -split '  ', 2
     if (-not (Test-Path -LiteralPath $n)) {{ "缺少 $n" }}
     elseif ((Get-FileHash -LiteralPath $n).Hash -ne $h) {{ "不一致 $n" }} }}
   另外数一数文件：清单里没有的，就是后来放进去的。
3. 装有本系统的电脑上，一步完成以上各项：manage.py verify_archive 归档包.zip
   （返回值 0 完好，1 有改动、缺少或多出并逐个列出，2 不是归档包或读不到。）

三、怎样复算得分
解开“04 测评”里的结果包，按其中 README.txt 的步骤，用电子表格就可以从每张票的评分算到总分和名次。

四、说明
同样的内容总是生成同样的归档包，所以包里没有生成时间；生成时间、生成人、下载记录在系统的“归档”页面和日志中。
"""


def readme_text(title: str) -> bytes:
    """Return the text as a file that any editor opens."""
    rule = "=" * (2 * len(title) + 7)
    return TEXT.format(title=title, rule=rule).replace("\n", "\r\n").encode("utf-8-sig")
