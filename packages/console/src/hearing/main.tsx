import '../style/tokens.css';
import '../style/base.css';
import '../style/shell.css';
import '../style/controls.css';
import '../style/tables.css';
import '../style/case.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Announcer } from '../parts/announcer.tsx';
import { Caught } from '../parts/caught.tsx';
import { HearingPage } from './hearing-page.tsx';

const root = document.getElementById('root');
// The token stands behind the # of the address, which no browser sends to any server.
const token = location.hash.slice(1);
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <Caught>
        <Announcer>
          <HearingPage token={token} />
        </Announcer>
      </Caught>
    </StrictMode>,
  );
