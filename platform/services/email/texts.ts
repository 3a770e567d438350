/** What a mail says; pure. */
export interface Text {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Occasion {
  readonly type: string;
  /** Of the account: anybody's letters. */
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Types of events that make a mail. */
export const occasions = ['account.created', 'bill.paid', 'bill.refused', 'subscription.ended'] as const;

const words: Readonly<Record<(typeof occasions)[number], (data: Occasion['data']) => [subject: string, body: string]>> =
  {
    'account.created': () => ['Welcome to Faultflix', 'your account is ready. Sit back: something is always on.'],
    'bill.paid': (data) => [
      'Your payment arrived',
      `we received ${amountOf(data)} for your plan ${String(data.plan)} (bill ${String(data.bill)}). Thank you.`,
    ],
    'bill.refused': (data) => [
      'Your payment did not go through',
      `your card was refused for ${amountOf(data)}, plan ${String(data.plan)} (bill ${String(data.bill)}). We will try again; another card can be given on your account's page.`,
    ],
    'subscription.ended': (data) => [
      'Your subscription has ended',
      `your plan ${String(data.plan)} has ended. You can come back at any time.`,
    ],
  };

/** Undefined: such an event makes no mail. */
export function textOf({ type, name, data }: Occasion): Text | undefined {
  if (!Object.hasOwn(words, type)) return undefined;
  const [subject, body] = words[type as keyof typeof words](data);
  const lines = [`Dear ${name},`, body, 'Faultflix'];
  const paragraphs = lines.map((line) => `<p>${escaped(line)}</p>`).join('\n');
  const html = `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>\n<body>\n${paragraphs}\n</body></html>\n`;
  return { subject, text: `${lines.join('\n\n')}\n`, html };
}

/** `$7.99`. Minor units are as many digits as the currency has. */
function amountOf({ amountMinor, currency }: Occasion['data']): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: String(currency) });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(Number(amountMinor) / 10 ** digits);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!);
