/* Which marks of a ballot count: the rules of apps/cycles/domain/papers/validity, the same results and the same sentences.
 * Pure, no page, no network, no float: numbers are compared as whole hundredths. ES2017, for Chromium 78 and Safari 13.
 * judge(template, answers, subjects): template as describe_template wrote it, answers {subject: {item: text or [texts]}}. */
(function () {
  "use strict";
  var WHOLE = 10000;

  function hundredths(number) {
    var text = String(number), parts = text.split(".");
    if (!/^(0|[1-9][0-9]{0,4})(\.[0-9]{1,2})?$/.test(text)) return null;
    return Number(parts[0]) * 100 + Number(((parts[1] || "") + "00").slice(0, 2));
  }
  function plain(hundreds) {
    var rest = hundreds % 100, text = (hundreds - rest) / 100 + "." + (rest < 10 ? "0" : "") + rest;
    return text.replace(/\.?0+$/, "");
  }
  function has(list, one) { return (list || []).indexOf(one) >= 0; }
  function isNone(value) { return value === undefined || value === null; }
  function below(product) { return (product - product % WHOLE) / WHOLE; }
  function above(product) { return below(product + WHOLE - 1); }
  function itemOf(template, key) {
    return template.items.filter(function (item) { return item.key === key; })[0];
  }
  function isChoice(item) { return item.kind === "grade" || item.kind === "yes_no"; }
  function optionsOf(template, item) {
    var scale = item && isChoice(item) && template.scales.filter(function (one) { return one.key === item.scale; })[0];
    return scale ? scale.options : [];
  }
  function marked(template) {
    return template.items.filter(function (item) { return item.kind !== "text"; });
  }
  function judged(template, kind, params) {
    var keys = params.items || [];
    return marked(template).filter(function (item) {
      if (keys.length) return has(keys, item.key);
      if (kind === "blank") return item.is_required;
      if (kind === "all_equal") return Number(item.weight) > 0;
      return item.key !== params.overall && (kind === "band_agrees" ? item.kind === "number" : isChoice(item));
    });
  }
  function token(item, answer) {
    var number = item.kind === "number" ? hundredths(answer) : null;
    return number === null ? answer : number;
  }

  function Sheet(template, answers, subjects) {
    this.template = template;
    this.answers = answers;
    this.subjects = subjects;
    this.keys = marked(template).map(function (item) { return item.key; });
  }
  Sheet.prototype = {
    answer: function (subject, key) {
      var answer = (this.answers[subject] || {})[key];
      return typeof answer === "string" ? answer : "";
    },
    isMulti: function (subject, key) {
      var answer = (this.answers[subject] || {})[key];
      return Array.isArray(answer) && answer.length > 0;
    },
    isMarked: function (subject, key) {
      return this.answer(subject, key) !== "" || this.isMulti(subject, key);
    },
    isEvaluated: function (subject) {
      var sheet = this;
      return sheet.keys.some(function (key) { return sheet.isMarked(subject, key); });
    },
    excused: function () {
      var sheet = this;
      var blank = sheet.subjects.filter(function (subject) { return !sheet.isEvaluated(subject); });
      return sheet.template.excludes_self && blank.length === 1 ? blank[0] : "";
    }
  };

  /* Each rule: (sheet, params, add), add(subject, item, found, wanted). */
  var FIND = {
    multi_mark: function (sheet, params, add) {
      sheet.subjects.forEach(function (subject) {
        sheet.keys.forEach(function (key) { if (sheet.isMulti(subject, key)) add(subject, key); });
      });
    },
    blank: function (sheet, params, add) {
      var excused = sheet.excused(), items = judged(sheet.template, "blank", params);
      sheet.subjects.forEach(function (subject) {
        items.forEach(function (item) {
          if (subject !== excused && !sheet.isMarked(subject, item.key)) add(subject, item.key);
        });
      });
    },
    count_limit: function (sheet, params, add) {
      var key = params.item || "", all = sheet.subjects.length;
      var low = hundredths(params.at_least), high = hundredths(params.at_most);
      var n = sheet.subjects.filter(function (subject) {
        var answer = sheet.answer(subject, key), number = hundredths(answer);
        if ((params.answers || []).length) return has(params.answers, answer);
        return number !== null && (low === null || number >= low) && (high === null || number <= high);
      }).length;
      var share = hundredths(params.max_share);
      var least = Math.max(Number(params.min_n || 0), above((hundredths(params.min_share) || 0) * all));
      var most = Math.min(isNone(params.max_n) ? Infinity : Number(params.max_n), share === null ? Infinity : below(share * all));
      if (n < least) add("", key, n, least);
      if (n > most) add("", key, n, most);
    },
    all_equal: function (sheet, params, add) {
      var items = judged(sheet.template, "all_equal", params), among = params.answers || [];
      var isUniform = items.every(function (item) {
        var seen = sheet.subjects.map(function (subject) { return sheet.answer(subject, item.key); })
          .filter(Boolean).map(function (answer) { return token(item, answer); });
        return seen.length > 1 && seen.every(function (one) { return one === seen[0]; }) &&
          (!among.length || has(among.map(function (one) { return token(item, one); }), seen[0]));
      });
      if (items.length && isUniform) add("", items.length === 1 ? items[0].key : "");
    },
    overall_agrees: function (sheet, params, add) {
      var items = judged(sheet.template, "overall_agrees", params), share = hundredths(params.min_share) || 0;
      sheet.subjects.forEach(function (subject) {
        var answers = items.map(function (item) { return sheet.answer(subject, item.key); }).filter(Boolean);
        var best = answers.filter(function (answer) { return has(params.best, answer); }).length;
        var wanted = above(share * answers.length);
        if (sheet.answer(subject, params.overall) === params.option && best < wanted) add(subject, params.overall, best, wanted);
      });
    },
    overall_floor: function (sheet, params, add) {
      var keys = optionsOf(sheet.template, itemOf(sheet.template, params.overall)).map(function (one) { return one.key; });
      var better = keys.slice(0, Math.max(0, keys.indexOf(params.not_better_than)));
      var items = judged(sheet.template, "overall_floor", params);
      sheet.subjects.forEach(function (subject) {
        var isWorst = items.some(function (item) { return has(params.worst, sheet.answer(subject, item.key)); });
        if (isWorst && has(better, sheet.answer(subject, params.overall))) add(subject, params.overall);
      });
    },
    band_agrees: function (sheet, params, add) {
      var items = judged(sheet.template, "band_agrees", params);
      var options = optionsOf(sheet.template, itemOf(sheet.template, params.overall));
      sheet.subjects.forEach(function (subject) {
        var numbers = items.map(function (item) { return hundredths(sheet.answer(subject, item.key)); });
        var total = numbers.reduce(function (sum, one) { return sum + one; }, 0);
        var chosen = sheet.answer(subject, params.overall);
        var option = options.filter(function (one) { return one.key === chosen; })[0] || {};
        var low = hundredths(option.low), high = hundredths(option.high);
        if (!items.length || has(numbers, null)) return;
        if ((low !== null && total < low) || (high !== null && total > high)) {
          add(subject, params.overall, plain(total), band(low, high));
        }
      });
    },
    rank_complete: function (sheet, params, add) {
      var key = params.item || "", n = sheet.subjects.length - (sheet.excused() ? 1 : 0);
      var ranks = sheet.subjects.map(function (subject) { return hundredths(sheet.answer(subject, key)); })
        .filter(function (rank) { return rank !== null; }).sort(function (a, b) { return a - b; });
      var isComplete = ranks.length === n && ranks.every(function (rank, i) { return rank === (i + 1) * 100; });
      var isGiven = sheet.subjects.some(function (subject) { return sheet.isMarked(subject, key); });
      if (isGiven && !isComplete) add("", key, "", n);
    },
    min_answered: function (sheet, params, add) {
      var n = sheet.subjects.filter(sheet.isEvaluated, sheet).length;
      var wanted = Math.min(Number(params.n || 0), sheet.subjects.length - (sheet.template.excludes_self ? 1 : 0));
      if (n < wanted) add("", "", n, wanted);
    }
  };
  function band(low, high) {
    if (low !== null && high !== null) return plain(low) + "–" + plain(high);
    return high !== null ? plain(high) + "以下" : plain(low || 0) + "以上";
  }

  function voidsBallot(one) {
    return one.consequence === "item" ? !one.item : one.consequence === "ballot" || !one.subject;
  }
  function judge(template, answers, subjects) {
    var sheet = new Sheet(template, answers, subjects), violations = [], items = {}, people = {};
    template.rules.forEach(function (rule, no) {
      FIND[rule.kind](sheet, rule.params, function (subject, item, found, wanted) {
        violations.push({
          rule_no: no, kind: rule.kind, consequence: rule.consequence, subject: subject, item: item || "",
          found: isNone(found) ? "" : String(found), wanted: isNone(wanted) ? "" : String(wanted)
        });
      });
    });
    violations.forEach(function (one) {
      if (one.consequence === "reviewee" && one.subject) people[one.subject] = one.subject;
      if (one.consequence !== "item" || !one.item) return;
      (one.subject ? [one.subject] : subjects).forEach(function (subject) {
        items[subject + " " + one.item] = [subject, one.item];
      });
    });
    return {
      violations: violations,
      is_void: violations.some(voidsBallot),
      void_subjects: Object.keys(people),
      void_items: Object.keys(items).map(function (key) { return items[key]; })
    };
  }

  function named(template, items, answers) {
    return (answers || []).map(function (answer) {
      var label = answer;
      items.slice().reverse().forEach(function (item) {
        optionsOf(template, item).forEach(function (option) { if (option.key === answer) label = option.label; });
      });
      return "“" + label + "”";
    }).join("或");
  }
  /* Each sentence: (item as quoted text, violation, params, name of options of the overall item, of the other items). */
  var SAY = {
    multi_mark: function (item) { return item + "选了不止一个，请只选一个"; },
    blank: function (item) { return item + "还没有填，请补填"; },
    count_limit: function (item, one, params, own) {
      var low = params.at_least, high = params.at_most, found = Number(one.found), wanted = Number(one.wanted);
      var what = "打" + low + "至" + high + "分";
      if (isNone(low)) what = "打" + high + "分及以下";
      else if (isNone(high)) what = "打" + low + "分及以上";
      if ((params.answers || []).length) what = "选" + own(params.answers);
      return item + what + "的" + (found > wanted
        ? "最多" + wanted + "人，现在有" + found + "人，请减少" + (found - wanted) + "人"
        : "至少" + wanted + "人，现在只有" + found + "人，请增加" + (wanted - found) + "人");
    },
    all_equal: function (item, one, params, own, others) {
      var answers = params.answers || [];
      return "对所有人" + (one.item ? item : "各项") + (answers.length ? "都评了" + others(answers) : "的评价完全相同") +
        "，请按实际情况区别评价";
    },
    overall_agrees: function (item, one, params, own, others) {
      return item + "选了" + own([params.option]) + "，分项中" + others(params.best) + "至少要有" + one.wanted +
        "项，现在只有" + one.found + "项，请修改分项或总体评价";
    },
    overall_floor: function (item, one, params, own, others) {
      return "分项中有" + others(params.worst) + "，" + item + "不能高于" + own([params.not_better_than]) +
        "，请修改分项或总体评价";
    },
    band_agrees: function (item, one) {
      return "得分合计" + one.found + "分，" + item + "所选等次的分数段是" + one.wanted + "，两者不一致，请修改分数或等次";
    },
    rank_complete: function (item, one) { return item + "须从1排到" + one.wanted + "，不重复、不跳号、不漏人，请改正"; },
    min_answered: function (item, one) {
      return "至少要评价" + one.wanted + "人，现在评价了" + one.found + "人，请再评价" + (one.wanted - one.found) + "人";
    }
  };
  var ENDS = { item: "该项无效", reviewee: "对该人的评价无效", ballot: "整张票无效" };

  /* One Chinese sentence: what is off and how to mend it. names: {subject: name}. */
  function words(template, violation, names) {
    var params = template.rules[violation.rule_no].params, item = itemOf(template, violation.item);
    var end = voidsBallot(violation) ? "ballot" : violation.consequence;
    var sentence = SAY[violation.kind](
      "“" + (item ? item.text : violation.item) + "”", violation, params,
      function (answers) { return named(template, item ? [item] : [], answers); },
      function (answers) { return named(template, judged(template, violation.kind, params), answers); }
    );
    return (violation.subject ? (names[violation.subject] || violation.subject) + "的" : "") + sentence +
      (violation.kind === "blank" && end === "item" ? "，不填按弃权计。" : "，否则" + ENDS[end] + "。");
  }

  window.SPKValidity = { judge: judge, words: words };
})();
