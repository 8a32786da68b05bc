// The form of a rule: the server stays the one who knows; rows come and go and the writing beside it follows without
// leaving the page. Without this file every button does the same by loading the page anew.

const form = document.getElementById('rule');
const key = () => `rule ${location.pathname} ${form.elements.mark.value}`;
let inserted = null;

const fields = () => new URLSearchParams([...new FormData(form)].filter(([name]) => name !== 'do'));

const typed = () => {
  const kept = fields();
  kept.delete('csrf');
  return kept.toString();
};

async function ask(body, action) {
  body.set('do', action);
  const answer = await fetch(form.action, {method: 'POST', body, redirect: 'error'});
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

function put(page, ...ids) {
  for (const id of ids) {
    const fresh = page.getElementById(id);
    if (fresh) document.getElementById(id).replaceChildren(...fresh.childNodes);
  }
}

// Where the cursor goes after a press: into what is new, else to where it was.
function place(before, action) {
  const inputs = [...form.querySelectorAll('input:not([type=hidden]), textarea, select')];
  const path = action.split(':')[1] ?? '';
  const fresh = inputs.find((one) => action.startsWith('add:') && one.name.startsWith(`${path}.`) && !before.has(one.name));
  const near = form.querySelector(`button[value="add:${CSS.escape(path.replace(/\.\d+$/, ''))}"]`);
  (fresh ?? near ?? inputs[0])?.focus();
}

form.addEventListener('click', async (event) => {
  const button = event.target.closest('button[name=do]');
  if (!button || button.value === 'save') return;
  event.preventDefault();
  const before = new Set([...form.elements].map((one) => one.name));
  try {
    const page = await ask(fields(), button.value);
    put(page, ...(/^(add|drop):/.test(button.value) ? ['rule', 'preview'] : ['preview']));
    if (/^(add|drop):/.test(button.value)) place(before, button.value);
  } catch {
    form.requestSubmit(button);
  }
});

let waiting = 0;
form.addEventListener('input', () => {
  try {
    localStorage.setItem(key(), typed());
  } catch {
    // A browser that keeps nothing: leaving asks first.
  }
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    try {
      put(await ask(fields(), 'look'), 'preview');
    } catch {
      // The next change asks again.
    }
  }, 500);
});

// The values offered are those of the field that is chosen in the same row.
form.addEventListener('change', (event) => {
  if (!event.target.matches('[data-field]')) return;
  const list = document.querySelector(`datalist[data-path="${CSS.escape(event.target.value.trim())}"]`);
  for (const value of event.target.parentElement.querySelectorAll('[data-value]')) {
    if (list) value.setAttribute('list', list.id);
    else value.removeAttribute('list');
  }
});

form.addEventListener('focusin', (event) => {
  if (event.target.matches('input:not([type=checkbox]), textarea')) inserted = event.target;
});

document.addEventListener('click', (event) => {
  const field = event.target.closest('[data-insert]');
  if (!field || !inserted?.isConnected) return;
  inserted.setRangeText(`{{ ${field.dataset.insert} }}`, inserted.selectionStart, inserted.selectionEnd, 'end');
  inserted.focus();
  inserted.dispatchEvent(new Event('input', {bubbles: true}));
});

form.addEventListener('submit', (event) => {
  if (event.submitter?.value === 'save') localStorage.removeItem(key());
});

// What was typed and not saved before the tab was closed.
async function restore() {
  const kept = localStorage.getItem(key());
  if (kept === null || kept === typed()) return;
  const body = new URLSearchParams(kept);
  body.set('csrf', form.elements.csrf.value);
  put(await ask(body, 'look'), 'rule', 'preview');
}

restore().catch(() => {});
