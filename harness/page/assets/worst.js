// The worst share of time up within windows of each length: a band from the lower to the upper bound per curve.

const WORST = { height: 280, left: 52, right: 20, top: 30, bottom: 40 };

function worstScales(width) {
  const lengths = data.worst.flatMap((curve) => curve.points.map((point) => point[0]));
  const [first, last] = [Math.log(Math.min(...lengths)), Math.log(Math.max(...lengths))];
  const room = width - WORST.left - WORST.right;
  const tall = WORST.height - WORST.top - WORST.bottom;
  return {
    x: (length) => WORST.left + (last > first ? (Math.log(length) - first) / (last - first) : 0.5) * room,
    y: (share) => WORST.top + (1 - share) * tall,
    lengths: [...new Set(lengths)].sort((a, b) => a - b),
  };
}

function worstFrame({ x, y, lengths }, width) {
  const parts = [];
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(drawn('line', { x1: WORST.left, x2: width - WORST.right, y1: y(share), y2: y(share), class: 'grid' }),
      drawn('text', { x: WORST.left - 6, y: y(share) + 4, 'text-anchor': 'end', class: 'tick-text' }, `${share * 100} %`));
  }
  for (const length of lengths) {
    parts.push(drawn('line', { x1: x(length), x2: x(length), y1: y(0), y2: y(0) + 4, class: 'tick' }),
      drawn('text', { x: x(length), y: y(0) + 17, 'text-anchor': 'middle', class: 'tick-text' }, length < 60 * SECOND ? `${length / SECOND} s` : `${length / SECOND / 60} min`));
  }
  parts.push(drawn('text', { x: (WORST.left + width - WORST.right) / 2, y: WORST.height - 4, 'text-anchor': 'middle', class: 'axis-title' }, 'length of the window'));
  parts.push(drawn('text', { x: 0, y: 12, class: 'axis-title' }, 'least % of the window in which users were served'));
  return parts;
}

function worstCurve(curve, i, { x, y }) {
  const color = colour(SERIES[i % SERIES.length]);
  const dash = DASHES[Math.floor(i / SERIES.length + (i % SERIES.length)) % DASHES.length].join(' ');
  const upper = curve.points.map((point) => `${x(point[0])},${y(point[2])}`);
  const lower = curve.points.map((point) => `${x(point[0])},${y(point[1])}`);
  const group = drawn('g', { 'data-curve': curve.name });
  group.append(drawn('polygon', { points: [...upper, ...lower.slice().reverse()].join(' '), fill: color, 'fill-opacity': 0.14 }),
    drawn('polyline', { points: lower.join(' '), fill: 'none', stroke: color, 'stroke-width': 2, 'stroke-dasharray': dash }));
  for (const [length, low, high] of curve.points) {
    const mark = drawn('g', { class: 'worst-point' });
    mark.append(drawn('line', { x1: x(length), x2: x(length), y1: y(low), y2: y(high), stroke: color, 'stroke-width': 1.5 }),
      drawn('circle', { cx: x(length), cy: y(low), r: 3.2, fill: color }),
      drawn('circle', { cx: x(length), cy: (y(low) + y(high)) / 2, r: 11, fill: 'transparent' }));
    const lines = [curve.name, `worst ${lengthText(length)}: ${(low * 100).toFixed(2)} % to ${(high * 100).toFixed(2)} % up`];
    mark.addEventListener('pointermove', (event) => tip.show(lines, event.clientX, event.clientY));
    mark.addEventListener('pointerleave', () => tip.hide());
    group.append(mark);
  }
  return group;
}

function drawWorst() {
  const box = document.getElementById('worst-chart');
  if (!box) return;
  const curves = data.worst.filter((curve) => curve.points.length > 0);
  if (curves.length === 0) {
    box.replaceChildren(element('p', 'missing', 'What was judged is shorter than the shortest window.'));
    return;
  }
  const width = Math.max(220, Math.round(box.clientWidth));
  const scales = worstScales(width);
  const svg = drawn('svg', { width: '100%', height: WORST.height, viewBox: `0 0 ${width} ${WORST.height}`, role: 'img', 'aria-label': 'Worst share of time up by length of the window; values in the table below' });
  svg.append(...worstFrame(scales, width), ...curves.map((curve, i) => worstCurve(curve, i, scales)));
  const legend = element('p', 'legend');
  curves.forEach((curve, i) => {
    const item = element('span', 'legend-item');
    const line = drawn('svg', { width: 30, height: 10, 'aria-hidden': 'true' });
    const dash = DASHES[Math.floor(i / SERIES.length + (i % SERIES.length)) % DASHES.length].join(' ');
    line.append(drawn('line', { x1: 1, x2: 29, y1: 5, y2: 5, 'stroke-width': 2, stroke: colour(SERIES[i % SERIES.length]), 'stroke-dasharray': dash }));
    item.append(line, element('span', '', curve.name));
    legend.append(item);
  });
  box.replaceChildren(svg, legend);
}
