/* Charts of the overviews. The table beside each chart holds the same figures, so without script nothing is lost; with it, two buttons
 * show or hide either. Tooltips are drawn on the canvas: the content policy allows no inline style. Staff browsers: Chromium 86. */
(() => {
  "use strict";
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const GRADES = { good: "#1d6b3a", fairly_good: "#4f81b0", average: "#d39a2c", poor: "#a3211b" };
  const PLAIN = ["#1d4f80", "#c07a2c", "#4c7a5a", "#8d6a9f", "#a3534d", "#5f7f95", "#8d8377"];
  const YEARS = ["#8d8377", "#1d4f80"];
  const ON_BAR = { color: "#24201c", backgroundColor: "rgba(255,255,255,.86)", padding: [1, 4], borderRadius: 2 };
  const font = getComputedStyle(document.body).fontFamily;
  const number = (value) => (value === null ? "-" : Number(value));
  const colour = (one, index, chart) => GRADES[one.kind] || (chart.kind === "pair" ? YEARS : PLAIN)[index % (chart.kind === "pair" ? 2 : PLAIN.length)];

  function bars(one, index, chart) {
    const isStacked = Boolean(one.stack);
    return {
      type: "bar",
      name: one.name,
      stack: one.stack,
      data: one.data.map(number),
      itemStyle: { color: colour(one, index, chart), borderColor: "#fff", borderWidth: 1 },
      label: { show: true, position: isStacked ? "inside" : "top", formatter: (p) => (p.value === 0 || p.value === "-" ? "" : p.value), ...(isStacked ? ON_BAR : {}) },
      barMaxWidth: 42,
    };
  }

  /* Scores lie close together: points on a cut axis, since bars must start at nought. */
  function points(one, index) {
    return Object.assign(bars(one, index, { kind: "pair" }), {
      type: "scatter", symbol: index % 2 ? "diamond" : "circle", symbolSize: 14,
      label: { show: innerWidth > 700, position: index % 2 ? "right" : "left", formatter: (p) => (p.value === "-" ? "" : p.value) },
    });
  }

  function lines(one, index, chart) {
    return Object.assign(bars(one, index, chart), { type: "line", symbol: "circle", symbolSize: 10, lineStyle: { width: 2, color: PLAIN[index] }, label: { show: true, position: "top" } });
  }

  function boxes(one, index) {
    if (index) return { type: "scatter", name: one.name, data: one.data.map(number), symbol: "diamond", symbolSize: 12, itemStyle: { color: "#a3211b" } };
    return {
      type: "boxplot", name: one.name, data: one.data.map((values) => values.map(Number)), boxWidth: [14, 56],
      itemStyle: { color: "#dfe8f1", borderColor: "#1d4f80", borderWidth: 1.5 },
    };
  }

  const MAKERS = { bar: bars, pair: bars, points, line: lines, box: boxes };

  function draw(box) {
    const chart = charts[box.dataset.chart];
    const isCut = ["points", "line", "box"].includes(chart.kind);
    const made = echarts.init(box, null, { renderer: "canvas" });
    made.setOption({
      animation: false,
      aria: { enabled: true, decal: { show: !isCut } },
      textStyle: { fontFamily: font, fontSize: 13 },
      legend: { type: "scroll", top: 0 },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText" },
      grid: { left: 12, right: 16, top: 44, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: chart.labels, axisLabel: { interval: 0, hideOverlap: true, rotate: chart.labels.length > 6 && innerWidth < 700 ? 40 : 0 } },
      yAxis: { type: "value", name: chart.unit, minInterval: isCut ? 0 : 1, scale: isCut },
      series: chart.series.map((one, index) => MAKERS[chart.kind](one, index, chart)),
    });
    return made;
  }

  const made = Array.from(document.querySelectorAll("[data-chart]"), draw);
  const fit = () => made.forEach((chart) => chart.resize());
  window.addEventListener("resize", fit);

  /* Two buttons per section: chart and table, at least one of them shown. */
  function toggles(section) {
    const parts = { 图: section.querySelector("[data-chart]"), 表: section.querySelector(".table-frame") };
    if (!parts.图 || !parts.表) return;
    const group = document.createElement("div");
    group.className = "chart-switch no-print";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", `${section.querySelector("h2").textContent}：看图还是看表`);
    const buttons = Object.keys(parts).map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-secondary";
      button.textContent = name;
      button.setAttribute("aria-pressed", "true");
      button.addEventListener("click", () => {
        const other = buttons.find((one) => one !== button);
        const isOn = button.getAttribute("aria-pressed") === "true";
        if (isOn && other.getAttribute("aria-pressed") === "false") set(other, true);
        set(button, !isOn);
        fit();
      });
      group.appendChild(button);
      return button;
    });
    function set(button, isOn) {
      button.setAttribute("aria-pressed", String(isOn));
      parts[button.textContent].classList.toggle("is-off", !isOn);
    }
    section.querySelector("h2").after(group);
  }
  document.querySelectorAll("section.chart-section").forEach(toggles);
})();
