// What the test asks of a page, evaluated in it. One object of functions, each with plain values as its result.
(() => {
  const shown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  /** Of a copy: a chart's own canvas is not made for being read, and browsers complain when it is read twice. */
  const pixelsOf = (canvas) => {
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    return context.getImageData(0, 0, copy.width, copy.height).data;
  };
  const texts = (selector) => [...document.querySelectorAll(selector)].map((node) => node.textContent);
  window.looks = {
    ready: () => document.documentElement.dataset.ready === 'true',
    verdict: () => document.querySelector('h1').textContent,
    sentence: () => document.getElementById('sentence').textContent,
    slos: () => [...document.querySelectorAll('.slos tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent)),
    headings: () => texts('h2'),
    lanes: () => Object.fromEntries([...document.querySelectorAll('.lane[data-lane]')].map((row) => [row.dataset.lane, {
      group: row.dataset.group,
      drawn: [...new Set([...row.querySelectorAll('rect')].map((rect) => rect.getAttribute('class').slice(2)))].sort(),
    }])),
    /** Names of lanes by group: in two groups there may be lanes of one name. */
    groups: () => [...document.querySelectorAll('.lane[data-lane]')].reduce((all, { dataset }) => {
      (all[dataset.group] ??= []).push(dataset.lane);
      return all;
    }, {}),
    phases: () => [...document.querySelectorAll('#phases tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent)),
    latencyLead: () => document.getElementById('latency-lead').textContent,
    /** Columns of the latency chart that have the colour of a fault from top to bottom, but for what is drawn over it. */
    uprights: () => {
      const canvas = document.querySelector('#latency-chart canvas');
      const { width, height } = canvas;
      const pixels = pixelsOf(canvas);
      const wanted = /#(..)(..)(..)/.exec(looks.colours().force).slice(1).map((part) => parseInt(part, 16));
      const alike = (at) => pixels[at + 3] > 250 && wanted.every((value, i) => Math.abs(pixels[at + i] - value) < 12);
      return [...Array(width).keys()].filter((x) => {
        let inked = 0;
        for (let y = 0; y < height; y += 1) if (alike((y * width + x) * 4)) inked += 1;
        return inked > height / 2;
      });
    },
    flags: () => texts('.flag text'),
    ticks: () => texts('.lane-axis .tick-text'),
    chartLabels: () => texts('#latency-chart .dygraph-axis-label').filter((text) => text !== ''),
    worstLabels: () => texts('#worst-chart .tick-text'),
    nodes: () => document.querySelectorAll('*').length,
    tip: () => (document.getElementById('tip').hidden ? '' : [...document.getElementById('tip').children].map((line) => line.textContent).join(' | ')),
    /** The middle of what a lane shows of a state, within the window. */
    spot: async (lane, state) => {
      const row = [...document.querySelectorAll('.lane[data-lane]')].find((one) => one.dataset.lane === lane);
      row.scrollIntoView({ block: 'center' });
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame); // scrolling is told a frame later
      const box = row.querySelector(`rect.s-${state}`).getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    },
    /** Pixels of the latency chart that are not of one colour: it is not empty. */
    inked: () => {
      const canvas = document.querySelector('#latency-chart canvas');
      if (!canvas) return 0;
      const pixels = pixelsOf(canvas);
      let inked = 0;
      for (let i = 3; i < pixels.length; i += 4) if (pixels[i] > 40) inked += 1;
      return inked;
    },
    tooWide: () => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth,
    /** How states are drawn, as the legend has them: their height, their colour or pattern. */
    shapes: () => Object.fromEntries([...document.querySelectorAll('#timeline-legend rect')].map((rect) => {
      const fill = getComputedStyle(rect).fill;
      const pattern = /#(hatch-[a-z]+)/.exec(fill)?.[1];
      const turn = pattern ? document.getElementById(pattern).getAttribute('patternTransform') : '';
      return [rect.getAttribute('class').slice(2), { height: Number(rect.getAttribute('height')), fill, turn }];
    })),
    colours: () => Object.fromEntries(['ground', 'text', 'muted', 'up', 'down', 'maybe', 'leads', 'follows', 'force', 'idle', 'pass', 'fail', 'open'].map(
      (name) => [name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()])),
    marks: () => [...new Set([...document.querySelectorAll('.mark')].map((mark) => `${getComputedStyle(mark, '::before').content} ${mark.textContent}`))].sort(),
    /** Text of the timeline and of the charts, in groups within which nothing may lie over anything else. */
    labelGroups: () => [
      '#lanes text, #lanes .lane-label, #lanes .lane-group',
      '#latency-chart .dygraph-axis-label, #latency-chart .dygraph-title, #latency-chart .dygraph-label, #latency-chart .dygraph-annotation',
      '#worst-chart text', '#timeline-legend .legend-item > span, #timeline-tools button, #timeline-tools .range', '#latency-probers .choice, #latency-legend *',
      'h1, h2, p, .slos th, .slos td', ...[...document.querySelectorAll('.bar')].map((bar, i) => { bar.dataset.bar = i; return `.bar[data-bar="${i}"] text`; }),
    ],
    /** Lays the second label of a group over the first, as a page would that does not make room. '': there are no two. */
    layOver: (selector) => {
      const nodes = [...document.querySelectorAll(selector)].filter(shown).filter((node) => !node.firstElementChild);
      if (nodes.length < 2) return '';
      const [a, b] = nodes.map((node) => node.getBoundingClientRect());
      nodes[1].style.transform = `translate(${a.left - b.left}px, ${a.top - b.top}px)`;
      return nodes[1].textContent;
    },
    /** Pairs of labels that lie over each other. */
    overlaps: () => {
      const found = [];
      for (const what of looks.labelGroups()) {
        const nodes = [...document.querySelectorAll(what)].filter(shown);
        const boxes = nodes.map((node) => node.getBoundingClientRect());
        for (let i = 0; i < nodes.length; i += 1) {
          for (let j = i + 1; j < nodes.length; j += 1) {
            const [a, b] = [boxes[i], boxes[j]];
            const apart = a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
            if (!apart && !nodes[i].contains(nodes[j]) && !nodes[j].contains(nodes[i])) found.push(`${nodes[i].textContent.slice(0, 40)} / ${nodes[j].textContent.slice(0, 40)}`);
          }
        }
      }
      return found;
    },
    /** Everything that a hostile name could have become. */
    injected: () => ({
      pwned: window.pwned ?? null,
      scripts: document.scripts.length,
      elements: document.querySelectorAll('img, iframe, object, embed, link, base, form, svg svg, [onload], [onerror], [onclick]').length,
    }),
  };
})();
