"""The README.txt of a result package: a stand-alone recipe that a person with a spreadsheet can follow."""

README = """\
结果包说明
==========

一、谁可以看
本包是未经隐去的全部计票数据，只供监票人和组织部门复核用，不得发布、转发。
有效票很少的类别在系统的页面、文书、表格和接口中都不显示；本包为了能够复算，照实列出。
每次从页面下载都记入日志。

二、文件（表格均为 UTF-8 编码的 CSV，可直接用电子表格打开）
manifest.json   场次、方案和软件版本，各文件的 SHA-256，各部分输入的摘要
scheme.json     测评表全文、类别与权重、得分构成与折算、加分扣分、各项规则、场次
reviewees.csv   述职对象编号与姓名
marks.csv       有效票对每个人的评价，每项一行；option 为所选，value 为所打分数或名次；item 为空表示这一票对此人全部未填
                mark_id 是一票对一个人的评价的随机编号，同一张票对不同人的评价编号不同，无法合并，也无法追到票号
comments.csv    票上的意见（发布后且达到人数下限才有）
ledger.csv      台账：发出 ＝ 线上 ＋ 纸质 ＋ 作废 ＋ 未交；收回 ＝ 有效 ＋ 无效
trackers.csv    回执清单
components.csv  得分构成，每人每项一行：value、out_of 为录入的数和满分，raw 为折算前（0—100，录入名次的为名次），
                conversion 为折算方法，rounded 为折算后的得分
adjustments.csv 加分扣分的每一条记录（没有撤回的）
results.csv     每一步的数：exact 为精确分数（如 387/5），rounded 为四舍五入后公布的数

三、手工复算一个人的得分（电子表格里用筛选和数据透视表即可）
1. 合成票。在 marks.csv 里筛出这个人（reviewee）、一张测评表（paper）、一个类别（group）的行，按 mark_id 合成一票一行。
2. 折算分值。等次、是否按 scheme.json 里选项的 value；打分 ＝（所打分 − 最低分）÷（最高分 − 最低分）× 100；
   名次 ＝（人数 − 名次）÷（人数 − 1）× 100，只有一人时 100。
3. 一票得分 ＝ Σ 权重 × 分值 ÷ Σ 权重，只算填了的项；权重为 0 的项不计分。计分项全部未填的是弃权，没有得分。
   部分未填的，看 blank_rule：abstain 不计入该项；value 按 blank_value 计；void 这一票对此人无效（不是弃权）。
4. 除数。看 denominator：valid ＝ 有得分的票；valid_with_abstentions ＝ 有得分的票 ＋ 弃权票；
   returned ＝ 台账收回的票（ledger.csv 的 returned，含无效票；一人在几个场次的相加）。
   对单独一项：valid ＝ 填了这一项的票；valid_with_abstentions ＝ 再加没有填这一项的票（void 掉的票不算）；returned 同上。
5. 类别平均分 ＝ 各票得分之和 ÷ 除数。有得分的票多于 trim_when_more_than 张（并且多于 2 × trim_each_side 张）时，
   先去掉最高、最低各 trim_each_side 张，除数也减去这些票。没有得分的票时没有平均分，不是 0 分。
6. 测评表得分 ＝ Σ 类别权重 × 类别平均分 ÷ Σ 类别权重，没有平均分的类别不参加
   （empty_group_rule 为 block 时，缺一个类别就不能算）。分项得分照此，用各类别这一项的平均分值，不去最高最低。
7. 得分构成（components.csv 的 raw 到 rounded）。ballot 的 raw 是测评表得分；share 的 raw 是所列选项的票数 ÷ 除数 × 100，
   各类别加权同第 6 步；imported 的 raw 是 value ÷ out_of × 100。折算（scheme.json 的 conversion）：
   没有 conversion：得分就是 raw。
   bands：先看 overrides，所列选项的占比达到 at_least 的，得分就是它的 score（写在前面的优先）；
          否则取 raw 达到的最高一档（at_least）的 score；一档也没有达到的，没有得分。比较用精确数。
   rank：同领域按公布的 raw 排名次（相同的并列），得分 ＝ first − step ×（名次 − 1），不低于 floor。
   place：录入的数就是名次，折算同上。
   best_ratio：raw ÷ 同领域最高的 raw × 100。最高为 0 时没有得分。
   rank 和 best_ratio 要同领域人人都有 raw，缺一人则全领域这一项都没有得分。
8. 加减分前（base）＝ Σ 构成权重 × 得分 ÷ Σ 构成权重；缺一项就没有，不按 0 分算。
9. 加分、扣分。adjustments.csv 按条目（adjustment）相加，超过该条 limit 的按 limit；各条再相加，
   超过 bonus_limit、deduction_limit 的按上限。总分 ＝ base ＋ 加分 − 扣分；clamps_total 为 true 时限在 0—100 之间。
10. 中间各步都用分数，不取近似；只在公布时四舍五入到 decimals 位小数，每个数只舍入一次。
11. 名次按公布的总分在同一领域内排，分数相同名次相同，其后顺延；领域内有人没有总分，全领域不排名次。
12. 分不出先后（results.csv 的 close_to）。两人公布的总分之差的平方 ≤ 1.96² ×（两人摆动之和）。一人的摆动 ＝
    Σ（构成权重份额 × 折算斜率）² × Σ 类别份额² × 离散程度 ÷ 除数；离散程度 ＝ Σ（票得分 − 平均）² ÷（票数 − 1），
    票数为去最高最低以前的除数，没有得分的票按 0 计；不单独显示的类别用（最好的票 − 最差的票）÷ 2 的平方 ÷ 收回票数代替。
    只有直接计分和 best_ratio 的 ballot 构成有摆动（斜率 ＝ 得分 ÷ raw）。得分不显示的人不比较。

四、算一行看看
某人在 A 票（权重 60）得 5 张有效票：好、好、较好、差、差（分值 95、85、75、60），B 票（权重 40）得 5 张，都是“一般”。
A 票平均 ＝（95 ＋ 95 ＋ 85 ＋ 60 ＋ 60）÷ 5 ＝ 395 ÷ 5 ＝ 79；B 票平均 ＝ 375 ÷ 5 ＝ 75。
测评表得分 ＝（60 × 79 ＋ 40 × 75）÷（60 ＋ 40）＝ 7740 ÷ 100 ＝ 387/5，公布 77.40。
若另有一张 A 票收回而无效、denominator 为 returned，则 A 票平均 ＝ 395 ÷ 6，测评表得分 ＝（60 × 395/6 ＋ 40 × 75）÷ 100 ＝ 139/2，公布 69.50。
若测评占 50、考核得 45（满分 50）占 50：考核 ＝ 45 ÷ 50 × 100 ＝ 90，base ＝（50 × 387/5 ＋ 50 × 90）÷ 100 ＝ 837/10；
加分 3（该条上限 2）按 2 分计，总分 ＝ 83.7 ＋ 2 ＝ 857/10，公布 85.70。

五、用程序复核
manage.py verify_package 文件名，或在任何一台装有 Python 3.11 的电脑上：
python3 verification.py 文件名
verification.py 在软件的 apps/scoring/domain 目录，不用本系统的任何其他程序。
"""
