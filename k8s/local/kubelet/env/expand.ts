/**
 * `$(NAME)` replaced by the variable's value; `$$` is a dollar that begins no reference; a reference to an unknown
 * variable stays as it is. As Kubernetes' expansion of env, command and args.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$\$|\$\(([^()]*)\)/g, (whole, name: string | undefined) =>
    whole === '$$' ? '$' : (lookup(name!) ?? whole),
  );
}
