// Small helpers of the console; every page can be read without them.

// The server writes times in the visitor's zone once it knows it.
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || document.cookie.split('; ').includes(`wh_zone=${zone}`)) return;
  const path = new URL(document.querySelector('.brand').href).pathname.replace(/\/$/, '');
  document.cookie = `wh_zone=${zone}; path=${path}; max-age=34560000; samesite=lax`;
}

// A part of the page that is fetched again when the server says that something changed.
function keepLive(part) {
  const stream = new EventSource(part.dataset.live);
  let asked = false;
  stream.addEventListener('changed', async () => {
    if (asked) return;
    asked = true;
    try {
      const answer = await fetch(part.dataset.from, {redirect: 'error'});
      if (answer.ok) part.innerHTML = await answer.text();
    } catch {
      // The next change is told, too.
    } finally {
      asked = false;
    }
  });
  addEventListener('pagehide', () => stream.close());
}

function offerCopy(block) {
  const button = document.createElement('button');
  const russian = document.documentElement.lang === 'ru';
  button.type = 'button';
  button.className = 'copy';
  button.textContent = russian ? 'Копировать' : 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(block.querySelector('code').textContent);
    button.textContent = russian ? 'Скопировано' : 'Copied';
  });
  block.append(button);
}

// A list that is narrowed while one types; without this the form's button does the same.
function narrow(field) {
  const items = [...document.getElementById(field.dataset.filter).children];
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const item of items) item.hidden = !words.every((word) => item.dataset.name.includes(word));
  });
}

// What is shown once has no address of its own: reloading leads to the page that shows it no more.
function settle(part) {
  history.replaceState(null, '', part.dataset.here);
}

tellZone();
document.querySelectorAll('[data-filter]').forEach(narrow);
document.querySelectorAll('[data-here]').forEach(settle);
document.querySelectorAll('[data-live]').forEach(keepLive);
if (navigator.clipboard) document.querySelectorAll('[data-copy]').forEach(offerCopy);
