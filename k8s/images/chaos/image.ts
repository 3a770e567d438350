import { nodeImage } from '../layer/node-image.ts';

export default nodeImage({
  summary: 'the chaos controller, the warden and the auditor',
  folders: ['platform/base', 'platform/contracts', 'chaos', 'scenarios'],
});
