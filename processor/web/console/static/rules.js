// The text of the rules: kept while somebody types, checked when they pause. Without it the form's buttons do the same.

const SAVE_AFTER_MS = 400;
const CHECK_AFTER_MS = 900;
// What a page that is going away may still send.
const KEEPALIVE_BYTES_MAX = 60_000;

class Editor {
  constructor(form) {
    this.form = form;
    this.text = form.elements.text;
    this.saving = form.querySelector('[data-saving]');
    this.findings = form.querySelector('[data-findings]');
    this.gutter = form.querySelector('.gutter');
    this.kept = this.checked = this.text.value;
    this.busy = this.checking = false;
    this.text.addEventListener('input', () => this.typed());
    this.text.addEventListener('blur', () => this.leave());
    this.text.addEventListener('keydown', (pressed) => this.indent(pressed));
    form.addEventListener('submit', () => { this.sent = true; });
    this.findings.addEventListener('click', (pressed) => this.jump(pressed));
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') this.save(true); });
    addEventListener('pagehide', () => this.save(true));
    addEventListener('beforeunload', (leaving) => { if (this.text.value !== this.kept && !this.sent) leaving.preventDefault(); });
    this.number();
    this.goTo();
    addEventListener('hashchange', () => this.goTo());
  }

  typed() {
    this.number();
    clearTimeout(this.toSave);
    clearTimeout(this.toCheck);
    this.toSave = setTimeout(() => this.save(), SAVE_AFTER_MS);
    this.toCheck = setTimeout(() => this.check(), CHECK_AFTER_MS);
  }

  leave() {
    this.save();
    this.check();
  }

  fields(more) {
    const fields = new URLSearchParams(new FormData(this.form));
    for (const [name, value] of Object.entries(more)) fields.set(name, value);
    return fields;
  }

  async save(leaving = false) {
    const text = this.text.value;
    if (text === this.kept || this.sent || this.text.readOnly) return;
    if (this.busy && !leaving) { this.toSave = setTimeout(() => this.save(), SAVE_AFTER_MS); return; }
    this.busy = true;
    const body = this.fields({});
    try {
      const keepalive = body.toString().length < KEEPALIVE_BYTES_MAX;
      const answer = await fetch(this.form.dataset.save, {method: 'POST', body, keepalive, redirect: 'error'});
      if (!answer.ok) throw new Error(answer.statusText);
      this.saving.innerHTML = await answer.text();
      if (this.saving.querySelector('[data-saved]')) this.kept = text;
    } catch {
      this.tell(document.documentElement.lang === 'ru' ? 'Не сохранено: нет связи, пробуем ещё' : 'Not saved: no connection, trying again');
      clearTimeout(this.toSave);
      this.toSave = setTimeout(() => this.save(), 5 * SAVE_AFTER_MS);
    } finally {
      this.busy = false;
    }
  }

  tell(words) {
    const note = this.saving.querySelector('p') || this.saving.appendChild(document.createElement('p'));
    note.textContent = words;
  }

  async check() {
    const text = this.text.value;
    if (text === this.checked || this.checking) return;
    this.checking = true;
    try {
      const answer = await fetch(this.form.dataset.check, {method: 'POST', body: this.fields({part: 'check'}), redirect: 'error'});
      if (answer.ok) {
        this.findings.innerHTML = await answer.text();
        this.checked = text;
        this.mark();
      }
    } catch {
      // The next pause asks again.
    } finally {
      this.checking = false;
      if (this.text.value !== text) this.toCheck = setTimeout(() => this.check(), CHECK_AFTER_MS);
    }
  }

  number() {
    const lines = this.text.value.split('\n').length;
    while (this.gutter.children.length > lines) this.gutter.lastElementChild.remove();
    for (let number = this.gutter.children.length + 1; number <= lines; number += 1) {
      const mark = document.createElement('span');
      mark.id = `l${number}`;
      mark.textContent = number;
      this.gutter.append(mark);
    }
    this.text.rows = lines + 1;
    this.mark();
  }

  mark() {
    for (const mark of this.gutter.querySelectorAll('.bad')) mark.classList.remove('bad');
    for (const place of this.findings.querySelectorAll('.error [data-line]')) {
      this.gutter.children[place.dataset.line - 1]?.classList.add('bad');
    }
  }

  jump(pressed) {
    const place = pressed.target.closest('[data-line]');
    if (!place) return;
    pressed.preventDefault();
    this.select(Number(place.dataset.line), Number(place.dataset.column));
  }

  goTo() {
    const line = Number(/^#l(\d+)$/.exec(location.hash)?.[1]);
    if (line) this.select(line, 1);
  }

  select(line, column) {
    const lines = this.text.value.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    this.gutter.children[line - 1]?.scrollIntoView({block: 'center'});
    this.text.focus({preventScroll: true});
    this.text.setSelectionRange(start + column - 1, start + (lines[line - 1] || '').length);
  }

  // Enter keeps the indentation; Tab stays a way out for the keyboard.
  indent(pressed) {
    if (pressed.key !== 'Enter' || pressed.isComposing || pressed.ctrlKey || pressed.metaKey) return;
    const at = this.text.selectionStart;
    const line = this.text.value.slice(0, at).split('\n').pop();
    const indent = /^\s*(?:- )?/.exec(line)[0].replace('-', ' ');
    if (!indent) return;
    pressed.preventDefault();
    if (!document.execCommand('insertText', false, `\n${indent}`)) this.text.setRangeText(`\n${indent}`, at, this.text.selectionEnd, 'end');
  }
}

for (const form of document.querySelectorAll('[data-editor]')) new Editor(form);
