import { type FormEvent, useRef, useState } from 'react';
import { type ApiError, asApiError } from '../model/api-error.ts';
import { api } from '../model/device.ts';
import { signIn } from '../model/sign-in.ts';
import { Trouble } from '../parts/states.tsx';

export function SignUp() {
  const [problem, setProblem] = useState<ApiError>();
  const key = useRef(crypto.randomUUID());
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = Object.fromEntries(new FormData(event.currentTarget));
    try {
      await api.plain('/v1/accounts', undefined, { method: 'POST', body, key: key.current });
      await signIn();
    } catch (thrown) {
      key.current = crypto.randomUUID(); // other words are another wish
      setProblem(asApiError(thrown));
    }
  };
  return (
    <form className="fields" onSubmit={(event) => void submit(event)} aria-label="New account">
      <h2>New here?</h2>
      {problem && <Trouble error={problem} />}
      <label>
        Name <input name="name" required maxLength={100} autoComplete="name" />
      </label>
      <label>
        Mail <input name="mail" type="email" required maxLength={200} autoComplete="email" />
      </label>
      <label>
        Password{' '}
        <input name="password" type="password" required minLength={8} maxLength={200} autoComplete="new-password" />
      </label>
      <label>
        Country <input name="country" required pattern="[A-Z]{2}" defaultValue="US" autoComplete="country" />
      </label>
      <button type="submit">Make an account</button>
    </form>
  );
}
