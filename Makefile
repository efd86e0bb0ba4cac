# Two commands matter: `make run` and `make test`. What they do is in config/launcher/.
# Options: make run PORT=8080 HOST=0.0.0.0; make test ARGS="tests/scoring -k tally"; make bench NAME=scores QUICK=1

PYTHON ?= python3
COMMANDS := run test check format lock bench screenshots clean-data manage

.PHONY: help $(COMMANDS)

help:
	@echo "make run [PORT=8000] [HOST=127.0.0.1]   启动（首次会安装并生成演示数据）"
	@echo "make test [ARGS=…]                      全部测试"
	@echo "make check                              格式、规则、导入、类型、迁移、快速测试"
	@echo "make format | lock | bench | screenshots | manage ARGS=… | clean-data"

$(COMMANDS):
	@$(PYTHON) -m config.launcher $@
