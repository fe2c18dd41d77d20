import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/controls.css';
import './style/tables.css';
import './style/case.css';
import './style/charts.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { applyTheme } from './parts/preferences.ts';

applyTheme();
const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
