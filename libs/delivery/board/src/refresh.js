/*
 * Keeps a page of the board fresh. The server tells what it knows: its time, and a mark that changes when something did;
 * then the page is fetched anew and its content replaced, where the reader and the keyboard are.
 */
const events = new EventSource('events');
const SILENT = ' · the board does not answer';
let seen;

events.addEventListener('look', async ({ data }) => {
  const { at, mark } = JSON.parse(data);
  const isNew = seen !== undefined && seen !== mark;
  seen = mark;
  if (isNew) await replaceMain();
  const time = document.querySelector('#at');
  time.textContent = at.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
  time.dateTime = at;
});

events.addEventListener('error', () => {
  const time = document.querySelector('#at');
  if (!time.textContent.endsWith(SILENT)) time.textContent += SILENT;
});

async function replaceMain() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
  const main = document.querySelector('main');
  if (next === null || next.innerHTML === main.innerHTML) return;
  const focused = placeOf(document.activeElement);
  const open = [...main.querySelectorAll('details[open]')].map(({ id }) => id);
  const typed = main.querySelector('#component')?.value;
  main.replaceChildren(...next.childNodes);
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (typed !== undefined) main.querySelector('#component').value = typed;
  if (focused !== null) main.querySelector(focused)?.focus({ preventScroll: true });
}

/** A selector that finds the element in the next content. */
function placeOf(element) {
  if (element === null || element.closest('main') === null) return null;
  if (element.id !== '') return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute('href');
  const label = element.getAttribute('aria-label');
  if (href !== null) return `a[href="${CSS.escape(href)}"]`;
  return label === null ? null : `[aria-label="${CSS.escape(label)}"]`;
}
