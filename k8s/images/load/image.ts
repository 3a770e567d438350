import { nodeImage } from '../layer/node-image.ts';

export default nodeImage({
  summary: 'the load driver with the scripts of the viewers',
  folders: ['platform/base', 'scenarios'],
});
