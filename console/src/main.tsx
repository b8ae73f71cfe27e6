import { render } from 'preact';
import { App } from './app';
import './style/theme.css';
import './style/page.css';
import './style/controls.css';
import './style/lists.css';
import './style/timeline.css';
import './style/dialogs.css';
import './style/phone.css';

const place = document.querySelector('#console');
if (place) render(<App />, place);
