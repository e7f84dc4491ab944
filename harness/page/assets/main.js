// Puts the page together, and draws it anew when its width, its colours or its medium change.

const PAPER_WIDTH = 700; // as in report.css
const openedForPrint = new Set();

/** What is drawn into a canvas now would come out empty: the chart is printed as it is, smaller. */
function fitChart(width) {
  const chart = document.querySelector('.chart-body');
  if (chart && latency.graph) chart.style.zoom = String(Math.min(1, width / latency.graph.size().width));
}

function drawAll() {
  drawTimeline();
  drawWorst();
  drawLatency();
}

/** Only a change of width makes anything else of the page; a keyboard on a phone changes its height. */
function listenToWidth() {
  let width = document.documentElement.clientWidth;
  let waiting = 0;
  window.addEventListener('resize', () => {
    if (document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(drawAll);
  });
}

function listenToPrinter() {
  window.addEventListener('beforeprint', () => {
    document.documentElement.classList.add('printing');
    for (const details of document.querySelectorAll('details:not([open])')) {
      if (details.closest('footer, #environment')) continue;
      details.open = true;
      openedForPrint.add(details);
    }
    drawTimeline();
    drawWorst();
    fitChart(PAPER_WIDTH);
  });
  window.addEventListener('afterprint', () => {
    document.documentElement.classList.remove('printing');
    for (const details of openedForPrint) details.open = false;
    openedForPrint.clear();
    drawAll();
  });
}

buildTimeline();
buildLatency();
drawTimeline();
drawWorst();
listenToWidth();
listenToPrinter();
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
document.documentElement.dataset.ready = 'true';
