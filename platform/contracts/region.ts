import { type Region, regions } from '#base/names.ts';

export type { Region };
export const isRegion = (value: unknown): value is Region => (regions as readonly unknown[]).includes(value);
