/** What a stand-in answers. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (value: unknown, status = 200): Reply => ({
  status,
  type: 'application/json',
  body: Buffer.from(JSON.stringify(value)),
});
