import { type FormEvent, useRef, useState } from 'react';
import { type ApiError, asApiError } from '../model/api-error.ts';
import { api } from '../model/device.ts';
import { ages, ageText } from '../model/profiles.ts';
import { announce } from '../parts/announce.tsx';
import { Trouble } from '../parts/states.tsx';

export function NewProfile({ onMade }: { readonly onMade: () => void }) {
  const [problem, setProblem] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  // One wish, one key: pressing again after an answer that got lost must not make two.
  const wish = useRef<{ readonly words: string; readonly key: string }>(undefined);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const said = new FormData(form);
    const body = { name: String(said.get('profile')).trim(), maxAge: Number(said.get('maxAge')) };
    const words = JSON.stringify(body);
    if (wish.current?.words !== words) wish.current = { words, key: crypto.randomUUID() };
    setBusy(true);
    setProblem(undefined);
    try {
      await api.own('/v1/profiles', { method: 'POST', body, key: wish.current.key });
      wish.current = undefined;
      form.reset();
      announce(`The profile ${body.name} is made`);
      onMade();
    } catch (thrown) {
      setProblem(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="fields" onSubmit={(event) => void submit(event)} aria-labelledby="new-profile">
      <h2 id="new-profile">New profile</h2>
      {problem && <Trouble error={problem} />}
      <label>
        Name <input name="profile" required maxLength={50} autoComplete="off" pattern=".*\S.*" />
      </label>
      <label>
        What it shows
        <select name="maxAge" defaultValue="0">
          {ages.map((age) => (
            <option key={age} value={age}>
              {ageText(age)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" disabled={busy}>
        Make the profile
      </button>
    </form>
  );
}
