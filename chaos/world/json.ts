/** What can be written to a journal and read back as it was. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
