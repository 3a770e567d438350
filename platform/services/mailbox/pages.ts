import type { KeptMail } from './mails.ts';

/** Pages of HTML for a person who reads mails; whatever a mail says is text in them. */
export function listPage(
  to: string,
  { mails, nextAfter }: { readonly mails: readonly KeptMail[]; readonly nextAfter?: string },
): string {
  const rows = mails.map(
    ({ id, subject, to, atMs, duplicates }) =>
      `<tr><td><time>${when(atMs)}</time></td><td>${escaped(to)}</td><td><a href="/mails/${id}">${escaped(subject || '(no subject)')}</a></td><td>${duplicates}</td></tr>`,
  );
  const more = nextAfter
    ? `<p><a href="/?${escaped(new URLSearchParams({ ...(to ? { to } : {}), after: nextAfter }).toString())}">Next</a></p>`
    : '';
  return page(
    'Mailbox',
    `<h1>Mailbox</h1>
<form action="/" method="get"><label>To <input name="to" type="search" value="${escaped(to)}"></label> <button>Show</button></form>
<table><thead><tr><th scope="col">When</th><th scope="col">To</th><th scope="col">Subject</th><th scope="col">Came again</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>
${mails.length === 0 ? '<p>No mails.</p>' : more}`,
  );
}

export function mailPage({ id, subject, to, text, html, atMs, headers }: KeptMail): string {
  const lines = headers.map(({ key, value }) => `${key}: ${value}`).join('\n');
  const frame =
    html === ''
      ? ''
      : `<iframe sandbox title="The mail as HTML" src="/mails/${id}/html" width="700" height="400"></iframe>`;
  return page(
    subject || '(no subject)',
    `<p><a href="/">All mails</a></p><h1>${escaped(subject || '(no subject)')}</h1>
<p>To ${escaped(to)}, ${when(atMs)}</p><pre>${escaped(text)}</pre>${frame}
<details><summary>Headers</summary><pre>${escaped(lines)}</pre></details>`,
  );
}

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;margin:2rem}td,th{padding:.2rem .8rem;text-align:left}pre{white-space:pre-wrap}</style></head>
<body>
${body}
</body></html>
`;

const when = (atMs: number): string => new Date(atMs).toISOString();
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!);
