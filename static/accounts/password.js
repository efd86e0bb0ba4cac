/* The password policy, told while the new password is typed. The server has the last word; common passwords it alone knows. */
(function () {
  "use strict";
  var list = document.getElementById("policy"), field = document.getElementById("id_new_password");
  if (!list || !field) return;
  var repeated = document.getElementById("id_repeated");
  var parts = JSON.parse(list.getAttribute("data-parts"));
  var least = Number(list.getAttribute("data-length"));

  function plain(text) { return text.toLowerCase().replace(/[^0-9a-z\u3400-\u9fff]/g, ""); }
  function nClasses(text) {
    return [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/].filter(function (kind) { return kind.test(text); }).length;
  }
  var rules = {
    length: function (text) { return text.length >= least; },
    classes: function (text) { return nClasses(text) >= 3; },
    own: function (text) { return parts.every(function (part) { return plain(text).indexOf(part) < 0; }); },
    repeated: function (text) { return text === repeated.value; }
  };
  function refresh() {
    list.querySelectorAll("[data-rule]").forEach(function (item) {
      var rule = item.getAttribute("data-rule"), typed = rule === "repeated" ? repeated.value : field.value;
      var isKept = typed && rules[rule](field.value);
      item.className = !typed ? "" : isKept ? "is-kept" : "is-broken";
      item.querySelector(".visually-hidden").textContent = !typed ? "" : isKept ? "（已符合）" : "（还不符合）";
    });
  }
  field.addEventListener("input", refresh);
  repeated.addEventListener("input", refresh);
  refresh();
})();
