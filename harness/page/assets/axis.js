// The axis of time that timeline and charts share, and what both of them need: numbers in words, elements, the tooltip.
// Text gets into the page by textContent alone.

const data = JSON.parse(document.getElementById('data').textContent);
const SECOND = 1e6; // the data counts microseconds
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
const SERIES = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'];

const view = {
  begin: data.axis.begin,
  end: data.axis.end,
  listeners: [],

  /** Shows [begin, end], or as much of it as there is. */
  set(begin, end) {
    const least = 0.02 * SECOND;
    const whole = data.axis.end - data.axis.begin;
    const width = Math.min(Math.max(end - begin, least), whole);
    this.begin = Math.min(Math.max((begin + end - width) / 2, data.axis.begin), data.axis.end - width);
    this.end = this.begin + width;
    for (const listener of this.listeners) listener();
  },
  reset() { this.set(data.axis.begin, data.axis.end); },
  zoom(factor, at = (this.begin + this.end) / 2) {
    this.set(at - (at - this.begin) * factor, at + (this.end - at) * factor);
  },
  move(share) {
    const by = (this.end - this.begin) * share;
    this.set(this.begin + by, this.end + by);
  },
  get whole() { return this.begin <= data.axis.begin && this.end >= data.axis.end; },
};

/** An element of HTML. */
function element(tag, classes, text) {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** An element of SVG. */
function drawn(tag, attributes = {}, text) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * (1 - 1e-9));
}

/** Steps for an axis of time that people count by, in seconds. */
function timeStep(least) {
  return [60, 120, 300, 600, 1200, 1800, 3600].find((step) => least > 20 && step >= least) ?? niceStep(least);
}

/** Round instants in the view, about one for each `pixels`, in seconds. */
function timeTicks(begin, end, width, pixels = 90) {
  const step = timeStep((end - begin) / Math.max(2, width / pixels));
  const ticks = [];
  for (let i = Math.ceil(begin / step - 1e-9); i * step <= end + step * 1e-9; i += 1) ticks.push(i * step);
  return { ticks, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

function tickText(seconds, decimals) {
  const text = seconds.toFixed(decimals);
  return `${seconds > 0 ? '+' : ''}${Number(text) === 0 ? (0).toFixed(decimals) : text} s`;
}

/** "T0+1.204 s"; without a fault "+1.204 s", since the probers began. */
function sinceText(micros) {
  const seconds = (micros / SECOND).toFixed(3);
  return `${data.axis.fromT0 ? 'T0' : ''}${micros < 0 ? '' : '+'}${seconds} s`;
}

/** "3.2 ms", "1.25 s". */
function lengthText(micros) {
  if (micros < 1000) return `${micros} µs`;
  if (micros < SECOND) return `${(micros / 1000).toPrecision(3)} ms`;
  return `${(micros / SECOND).toFixed(micros < 10 * SECOND ? 2 : 1)} s`;
}

const tip = {
  box: document.getElementById('tip'),

  /** Lines of text beside a point of the window; the first is a heading. */
  show(lines, x, y) {
    this.box.replaceChildren(...lines.map((line, i) => element('div', i === 0 ? 'tip-head' : '', line)));
    this.box.hidden = false;
    const { width, height } = this.box.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = x + 14 + width > room ? Math.max(4, x - width - 14) : x + 14;
    const top = y + 16 + height > window.innerHeight ? Math.max(4, y - height - 12) : y + 16;
    this.box.style.left = `${left}px`;
    this.box.style.top = `${top}px`;
  },
  hide() { this.box.hidden = true; },
};

function faultsThatAre(state) {
  const group = data.groups.find((one) => one.name === 'Fault');
  if (!group) return [];
  return group.lanes.flatMap((lane) => lane.stretches.filter((stretch) => stretch[2] === state));
}

/** When faults were in force: [begin, end] each. */
function faultStretches() { return faultsThatAre('force'); }

/** When faults were done that were done once: the end of what is known, as T0 is drawn. */
function faultInstants() { return faultsThatAre('done').map((stretch) => stretch[1]); }
