/** One JSON line on stderr: the kubelet's own log. Stdout belongs to the protocol with the supervisor. */
export function log(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`);
}
