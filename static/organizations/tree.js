/* The tree browser: arrow keys, Home, End, Enter, opening by htmx; and suggestions under its search box.
 * ARIA patterns "tree view" and "combobox with list". Written for Chromium 78: no optional chaining. */
(function () {
  "use strict";

  function items(tree) {
    return Array.prototype.filter.call(tree.querySelectorAll("[role=treeitem]"), function (item) {
      return !item.parentElement.closest("[hidden]");
    });
  }
  function below(item) { return item.parentElement.querySelector(":scope > [role=group]"); }
  function upper(item) {
    var group = item.parentElement.closest("[role=group]");
    return group && group.parentElement.querySelector("[role=treeitem]");
  }
  function toggleOf(item) { return item.querySelector(".tree-toggle"); }
  function focus(item) {
    if (!item) return;
    var tree = item.closest("[role=tree]");
    tree.querySelectorAll("[role=treeitem][tabindex='0']").forEach(function (one) { one.tabIndex = -1; });
    item.tabIndex = 0;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }
  function toggle(item, open) {
    var group = below(item);
    if (!group) return;
    item.setAttribute("aria-expanded", String(open));
    group.hidden = !open;
  }
  function isOpen(item) { return item.getAttribute("aria-expanded") === "true"; }
  function open(item) {
    if (!below(item) || isOpen(item)) return;
    if (!below(item).children.length) toggleOf(item).click();
    else toggle(item, true);
  }
  function step(item, by) {
    var all = items(item.closest("[role=tree]"));
    focus(all[all.indexOf(item) + by]);
  }

  var keys = {
    ArrowDown: function (item) { step(item, 1); },
    ArrowUp: function (item) { step(item, -1); },
    Home: function (item) { focus(items(item.closest("[role=tree]"))[0]); },
    End: function (item) { var all = items(item.closest("[role=tree]")); focus(all[all.length - 1]); },
    ArrowRight: function (item) {
      if (below(item) && isOpen(item)) focus(below(item).querySelector("[role=treeitem]"));
      else open(item);
    },
    ArrowLeft: function (item) {
      if (below(item) && isOpen(item)) toggle(item, false);
      else focus(upper(item));
    },
    Enter: function (item) {
      (item.querySelector(".tree-name") || item.querySelector("a")).click();
    },
  };
  keys[" "] = function (item) {
    if (below(item)) { if (isOpen(item)) toggle(item, false); else open(item); }
  };

  document.addEventListener("keydown", function (event) {
    var item = event.target;
    if (!item.getAttribute || item.getAttribute("role") !== "treeitem" || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key](item);
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest(".tree-toggle") : null;
    if (!link || !link.href) return;
    var item = link.closest("[role=treeitem]");
    if (!below(item)) return;
    event.preventDefault();
    focus(item);
    toggle(item, !isOpen(item));
  });
  document.addEventListener("focusin", function (event) {
    var item = event.target.closest ? event.target.closest("[role=treeitem]") : null;
    if (item && item === event.target && item.tabIndex !== 0) focus(item);
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    /* "再显示 100 个" is replaced by what it showed: the focus goes on with the first of it. */
    var target = event.detail.target;
    if (!moreAt || !target.classList || !target.classList.contains("tree-rest") || target.isConnected) return;
    if (document.activeElement === document.body) focus(moreAt.tree.querySelectorAll("[role=treeitem]")[moreAt.place]);
  });
  var moreAt = null;
  document.addEventListener("htmx:beforeRequest", function (event) {
    var more = event.target.closest ? event.target.closest(".tree-more") : null;
    if (!more) return;
    var tree = more.closest("[role=tree]");
    moreAt = { tree: tree, place: Array.prototype.indexOf.call(tree.querySelectorAll("[role=treeitem]"), more) };
  });

  function start(tree) {
    var chosen = tree.querySelector("[aria-selected=true]");
    var first = chosen || tree.querySelector("[role=treeitem]");
    if (first) first.tabIndex = 0;
    if (chosen) focus(chosen);
  }
  document.querySelectorAll("[role=tree]").forEach(start);

  /* the search box */
  var box = document.getElementById("tree-q");
  var list = document.getElementById("tree-hits");
  if (!box || !list) return;

  function options() { return Array.prototype.slice.call(list.querySelectorAll("[role=option]:not([aria-disabled])")); }
  function current() { return options().filter(function (one) { return one.getAttribute("aria-selected") === "true"; })[0]; }
  function show(visible) {
    list.hidden = !visible;
    box.setAttribute("aria-expanded", String(visible));
    if (!visible) choose(null);
  }
  function choose(option) {
    options().forEach(function (one) { one.setAttribute("aria-selected", String(one === option)); });
    if (option) {
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else box.removeAttribute("aria-activedescendant");
  }
  list.addEventListener("htmx:afterSwap", function () { show(list.children.length > 0 && box.value.trim() !== ""); });
  box.addEventListener("input", function () { if (!box.value.trim()) show(false); });
  box.addEventListener("keydown", function (event) {
    var all = options();
    var at = all.indexOf(current());
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!all.length) return;
      event.preventDefault();
      show(true);
      var next = event.key === "ArrowDown" ? at + 1 : (at < 0 ? all.length : at) - 1;
      choose(all[(next + all.length) % all.length]);
    } else if (event.key === "Enter" && !list.hidden && current()) {
      event.preventDefault();
      current().click();
    } else if (event.key === "Escape") show(false);
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("[data-tree-search]")) show(false);
  });
  document.addEventListener("keydown", function (event) {
    var inField = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !inField) { event.preventDefault(); box.focus(); }
  });
})();
