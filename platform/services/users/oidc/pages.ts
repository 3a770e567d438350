import { createHash } from 'node:crypto';

/** HTML that is safe to put into a page: made by `html` alone, which escapes every value that is not itself `Html`. */
export interface Html {
  readonly html: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

export function html(parts: TemplateStringsArray, ...values: readonly (Html | string | false)[]): Html {
  const texts = values.map((value) => (value === false ? '' : typeof value === 'string' ? escaped(value) : value.html));
  return { html: parts.map((part, i) => part + (texts[i] ?? '')).join('') };
}

const STYLE = `
:root{color-scheme:dark}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#141414;color:#f2f2f2;font:1rem/1.5 system-ui,sans-serif}
main{width:min(26rem,100% - 2rem);padding:2rem;background:#1f1f1f;border-radius:.5rem}
h1{margin:0 0 1rem;font-size:1.6rem}
label{display:block;margin-top:1rem}
input{display:block;width:100%;margin-top:.25rem;padding:.7rem;font:inherit;color:inherit;background:#2b2b2b;border:1px solid #8c8c8c;border-radius:.25rem}
button{width:100%;margin-top:1.25rem;padding:.75rem;font:inherit;font-weight:600;color:#fff;background:#c11119;border:2px solid transparent;border-radius:.25rem;cursor:pointer}
button.second{background:transparent;border-color:#8c8c8c}
:focus-visible{outline:3px solid #fff;outline-offset:2px}
.error{padding:.75rem;background:#4a1216;border-left:.25rem solid #ff5a63}
.code{font-size:1.8rem;letter-spacing:.15em}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** A whole document: no script, nothing from elsewhere. */
export function page(title: string, body: Html): string {
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Faultflix</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return whole.html;
}

/**
 * Of every answer under `/oidc`. `script-src` is there, and empty, because oidc-provider adds to it the hash of the one
 * script of its own that submits a form. `formTargets`: where a form's answer may redirect to, since browsers hold
 * `form-action` against that too.
 */
export function securityHeaders(formTargets: readonly string[] = []): Readonly<Record<string, string>> {
  const forms = ["'self'", ...formTargets].join(' ');
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src 'sha256-${STYLE_HASH}'`,
      'script-src',
      `form-action ${forms}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join(';'),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'strict-transport-security': 'max-age=31536000',
    'cache-control': 'no-store',
  };
}

const alert = (error: string | undefined): Html | false =>
  error !== undefined && html`<p class="error" role="alert" id="error">${error}</p>`;

const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`;

export interface SignInPage {
  /** `/oidc/interaction/<uid>` */
  readonly path: string;
  readonly csrf: string;
  readonly client: string;
  readonly mail?: string;
  readonly error?: string | undefined;
}

export function signInPage({ path, csrf, client, mail = '', error }: SignInPage): string {
  return page(
    'Sign in',
    html`<p>to go on to ${client}</p>
${alert(error)}
<form method="post" action="${path}/login"${error !== undefined && html` aria-describedby="error"`}>
${hidden('csrf', csrf)}
<label for="mail">Mail address</label>
<input id="mail" name="mail" type="email" autocomplete="username" required maxlength="254" value="${mail}"${mail === '' && html` autofocus`}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256"${mail !== '' && html` autofocus`}>
<button type="submit">Sign in</button>
</form>
${cancelForm(path, csrf)}`,
  );
}

const cancelForm = (path: string, csrf: string) => html`<form method="post" action="${path}/abort">
${hidden('csrf', csrf)}
<button type="submit" class="second">Cancel</button>
</form>`;

export interface ConsentPage {
  readonly path: string;
  readonly csrf: string;
  readonly client: string;
}

export function consentPage({ path, csrf, client }: ConsentPage): string {
  return page(
    'Allow access?',
    html`<p><strong>${client}</strong> wants to act for your account: to see your profiles and plan, and to play.</p>
<form method="post" action="${path}/consent">
${hidden('csrf', csrf)}
<button type="submit" autofocus>Allow</button>
</form>
${cancelForm(path, csrf)}`,
  );
}

export interface DeviceInputPage {
  readonly action: string;
  readonly xsrf: string;
  readonly code?: string | undefined;
  readonly error?: string | undefined;
}

export function deviceInputPage({ action, xsrf, code = '', error }: DeviceInputPage): string {
  return page(
    'Connect a device',
    html`${alert(error)}
<form method="post" action="${action}">
${hidden('xsrf', xsrf)}
<label for="code">Code shown by your television</label>
<input id="code" name="user_code" class="code" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" value="${code}" autofocus>
<button type="submit">Go on</button>
</form>`,
  );
}

export interface DeviceConfirmPage {
  readonly action: string;
  readonly xsrf: string;
  readonly code: string;
  readonly client: string;
}

export function deviceConfirmPage({ action, xsrf, code, client }: DeviceConfirmPage): string {
  return page(
    'Is this your device?',
    html`<p><strong>${client}</strong> should show this code:</p>
<p class="code">${code}</p>
<p>Cancel if you did not start this, or if the code is another one: somebody may want to use your account.</p>
<form method="post" action="${action}">
${hidden('xsrf', xsrf)}
${hidden('user_code', code)}
<button type="submit" name="confirm" value="yes" autofocus>It is mine</button>
<button type="submit" class="second" name="abort" value="yes">Cancel</button>
</form>`,
  );
}

export const donePage = (title: string, text: string): string => page(title, html`<p>${text}</p>`);

export interface SignOutPage {
  readonly action: string;
  readonly xsrf: string;
}

export const signOutPage = ({ action, xsrf }: SignOutPage): string =>
  page(
    'Sign out?',
    html`<form method="post" action="${action}">
${hidden('xsrf', xsrf)}
<button type="submit" name="logout" value="yes" autofocus>Sign out</button>
<button type="submit" class="second">Stay signed in</button>
</form>`,
  );

export const errorPage = (code: string, text: string): string =>
  page('That did not work', html`<p class="error" role="alert">${text}</p><p>Code: ${code}</p>`);
