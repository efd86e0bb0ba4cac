"""What a refused request wanted, in words: the address's name says the thing and the verb (``user_disable``)."""

VERBS = {
    "abolish": "撤销", "accept": "接受", "account": "问责", "action": "处理", "add": "新增", "adopt": "采用", "advance": "推进",
    "answer": "答复", "apply": "应用", "approve": "通过", "archive": "归档", "assign": "分配", "attach": "附上", "board": "查看进度",
    "cancel": "取消", "cast": "投票", "change": "修改", "check": "检查", "clear": "清除", "close": "关闭", "comment": "点评",
    "commit": "提交", "compare": "比较", "complete": "完成", "compute": "计算", "confirm": "确认", "confirmed": "确认", "copy": "复制",
    "create": "新增", "decide": "决定", "delete": "删除", "detail": "查看", "discard": "放弃", "disable": "停用", "download": "下载",
    "draw": "抽签", "edit": "修改", "enable": "启用", "end": "结束", "enroll": "登记", "enter": "录入", "entry": "录入", "exchange": "换领",
    "export": "导出", "extend": "延期", "file": "取文件", "finish": "完成", "freeze": "冻结", "grant": "授予", "handover": "交接",
    "home": "查看", "import": "导入", "invite": "邀请", "issue": "签发", "key": "操作密钥", "list": "查看列表", "lock": "锁定",
    "login": "登录", "logout": "退出", "make": "制作", "mark": "标记", "merge": "合并", "move": "移动", "new": "新增", "note": "记录",
    "notify": "通知", "open": "打开", "order": "排序", "part": "刷新", "pause": "暂停", "plan": "安排", "preview": "预览",
    "print": "打印", "publish": "发布", "purge": "销毁", "read": "阅读", "rebuild": "重建", "recompute": "重算", "record": "记录",
    "refresh": "刷新", "reject": "驳回", "release": "发布", "remind": "催办", "remove": "移除", "rename": "更名", "renew": "更新",
    "replace": "替换", "reprint": "重打", "reset": "重置", "restore": "恢复", "resume": "继续", "retry": "重试", "return": "退回",
    "review": "审核", "revoke": "收回", "save": "保存", "search": "搜索", "send": "发送", "set": "设置", "settle": "办结", "sign": "签字",
    "split": "拆分", "spoil": "收回", "start": "开始", "stop": "停止", "submit": "提交", "switch": "切换", "tally": "计票",
    "transfer": "调动", "undo": "撤回", "unlock": "解锁", "update": "修改", "upload": "上传", "verify": "核对", "void": "作废",
    "withdraw": "撤回", "write": "填写",
}  # fmt: skip


def wanted(view_name: str) -> str:
    """Return the verb of an address's name in Chinese; a page whose name has none was to be looked at."""
    _, _, thing = view_name.rpartition(":")
    for word in reversed(thing.replace("-", "_").split("_")):
        if word in VERBS:
            return VERBS[word]
    return "打开"
