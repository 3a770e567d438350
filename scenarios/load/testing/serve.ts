import { startFixture } from './fixture.ts';

/** The fixture as a process, to try a script by hand: prints the environment that a viewer needs. */
const fixture = await startFixture({ routers: 2, edges: 2, heartbeatMs: 10_000 });
for (const [name, value] of Object.entries(fixture.env)) console.log(`export ${name}=${value}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => fixture.close());
