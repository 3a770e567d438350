import { nodeImage } from '../layer/node-image.ts';

export default nodeImage({
  summary: 'the services of the platform',
  folders: ['platform'],
});
