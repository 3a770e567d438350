/** Text in which `…` is code. */
export function Prose({ children }: { readonly children: string }) {
  return children.split('`').map((part, index) =>
    index % 2 === 1 ? (
      <code key={part} className="ff-code">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
