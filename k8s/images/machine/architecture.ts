import { FaultflixError } from '#base/errors.ts';

/** As OCI and Go name them. */
export type Architecture = 'amd64' | 'arm64';

/** Of the images, which is this machine's. Throws `unsupported` where no image can be made of the machine's files. */
export function thisArchitecture({
  platform,
  arch,
}: Pick<NodeJS.Process, 'platform' | 'arch'> = process): Architecture {
  if (platform === 'linux' && arch === 'x64') return 'amd64';
  if (platform === 'linux' && arch === 'arm64') return 'arm64';
  throw new FaultflixError('unsupported', 'images are made of files of a Linux machine, x86-64 or ARM64', {
    received: `${platform} ${arch}`,
    todo: 'build them on such a machine, or in a Linux container of this one',
  });
}
