# 每个目标都能单独运行；setup 只在依赖变了的时候重装。
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

help: ## 有哪些命令
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/run.stamp: requirements/run.txt pyproject.toml tools/venv
	tools/venv $(PYTHON) $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q bot cards handlers knowledge scheduler store
	touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

setup: $(VENV)/run.stamp ## 装好运行需要的一切

demo: setup ## 装好并在浏览器里试用（不用令牌）
	$(BIN)/zhike demo

run: setup ## 装好并在 Telegram 上运行（要令牌）
	$(BIN)/zhike run

test: $(VENV)/test.stamp ## 装好并检查一切：风格、类型、导入约定、测试
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -n 2

cover: $(VENV)/test.stamp ## 测试走到了哪些行（比 test 慢）
	$(BIN)/pytest -n 2 --cov --cov-report=term:skip-covered

bench: $(VENV)/test.stamp ## 跑速度对比（几分钟）
	$(BIN)/python -m bench.turn
	$(BIN)/python -m bench.start

train: $(VENV)/test.stamp ## 由语料重建词典和权重（几分钟）
	$(BIN)/python -m knowledge.lint
	$(BIN)/python -m knowledge.dictionary
	$(BIN)/python -m knowledge.training

schemas: $(VENV)/run.stamp ## 重新生成知识文件的格式说明（改了项目以后）
	$(BIN)/python -m knowledge.reference

lock: $(VENV)/test.stamp ## 重新锁定依赖（给开发者）
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras --quiet --output-file requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group test --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras --quiet --output-file requirements/test.txt

.PHONY: help setup demo run test cover bench train schemas lock
