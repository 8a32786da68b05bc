// While a rehearsal runs its progress is asked for; without this file the page loads itself anew.

const outcome = document.getElementById('outcome');

async function look() {
  try {
    const answer = await fetch(location.href.replace(/([?&])again=1&?/, '$1'), {redirect: 'error'});
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('outcome');
    if (fresh) {
      outcome.replaceChildren(...fresh.childNodes);
      outcome.toggleAttribute('data-running', fresh.hasAttribute('data-running'));
    }
  } catch {
    // The next look asks again.
  }
  follow();
}

function follow() {
  if (outcome?.hasAttribute('data-running')) setTimeout(look, 1000);
}

follow();
