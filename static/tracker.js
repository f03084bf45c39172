// What the pages add where script is allowed; every page works without it.
"use strict";

// One act for a double click: the first press sends, the button then rests until the page is shown again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-disabled", "true"));
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  });
});

// Pages that show work in the background look again by themselves until it is done.
const waiting = document.querySelector("[data-refresh-seconds]");
if (waiting) {
  setTimeout(() => window.location.reload(), Number(waiting.dataset.refreshSeconds) * 1000);
}

// A large file goes part by part, so that a lost connection or a restarted server costs one part, not the file.
// Without this the form sends it whole.
const PART_BYTES = 2 * 1024 * 1024;
const PARTS_FROM = 4 * 1024 * 1024;

async function digestOf(blob) {
  if (!blob.size || !window.crypto || !crypto.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sendParts(form, file, where) {
  const said = form.querySelector("[data-said]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let arrived = where.arrived;
  let tries = 0;
  let soFar = await digestOf(file.slice(0, arrived));
  while (arrived < file.size) {
    said.textContent = `${Math.floor((100 * arrived) / file.size)} % of ${file.name} is sent. Keep this page open.`;
    try {
      const answer = await fetch(`${where.part}?offset=${arrived}`, {
        method: "POST",
        body: file.slice(arrived, arrived + PART_BYTES),
        headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": token, "X-Digest-So-Far": soFar },
      });
      const told = await answer.json();
      soFar = "";
      if (!answer.ok && answer.status !== 409) throw new Error(told.why);
      if (!answer.ok && told.arrived === arrived) throw new Error(told.why);
      arrived = told.arrived;
      tries = 0;
    } catch (error) {
      tries += 1;
      if (tries > 5) {
        said.textContent = `It stopped at ${arrived} bytes: ${error.message} Press the button to go on from there.`;
        return false;
      }
      await new Promise((resume) => setTimeout(resume, 1000 * tries));
    }
  }
  window.location.assign(where.page);
  return true;
}

async function sendFile(form, input, file) {
  if (form.dataset.part) {
    if (file.name !== form.dataset.name || file.size !== Number(form.dataset.size)) {
      form.querySelector("[data-said]").textContent = `That is another file. Choose ${form.dataset.name} again.`;
      return false;
    }
    return sendParts(form, file, { part: form.dataset.part, page: form.dataset.page, arrived: Number(form.dataset.arrived) });
  }
  const fields = new FormData(form);
  const prefix = input.name.slice(0, input.name.lastIndexOf("file"));
  fields.delete(input.name);
  fields.set(`${prefix}file_name`, file.name);
  fields.set(`${prefix}file_size`, file.size);
  const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
  if (answer.status !== 201) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const refusal = answer.status === 400 ? null : page.querySelector("[role=alert]");
    if (refusal) {
      form.querySelector("[data-said]").textContent = refusal.textContent.replace(/\s+/g, " ").trim();
      return false;
    }
    input.disabled = true; // the server shows what is wrong with the rest of the form
    HTMLFormElement.prototype.submit.call(form);
    return true;
  }
  const where = await answer.json();
  Object.assign(form.dataset, { part: where.part, page: where.page, arrived: where.arrived, name: file.name, size: file.size });
  return sendParts(form, file, where);
}

document.querySelectorAll("form[data-parts]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    const input = form.querySelector("input[type=file]");
    const file = input.files[0];
    if (form.dataset.sent || (!form.dataset.part && (!file || file.size <= PARTS_FROM))) return;
    event.preventDefault();
    event.stopPropagation();
    if (!file) {
      form.querySelector("[data-said]").textContent = "Choose the file first.";
      return;
    }
    form.dataset.sent = "yes";
    sendFile(form, input, file)
      .catch((error) => {
        form.querySelector("[data-said]").textContent = `It could not be sent: ${error.message} Try again.`;
        return false;
      })
      .then((isDone) => {
        if (!isDone) delete form.dataset.sent;
      });
  });
});
