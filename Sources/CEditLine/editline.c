#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
#include "editline.h"

#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

// A state of the line, for undo.
typedef struct {
    wchar_t *text;
    size_t length, cursor;
    // True if this state differs from the one before by one typed character of a word. Undo then takes both back.
    int is_typing;
} snapshot;

struct swirl_editor {
    EditLine *line;
    History *history;
    const char *prompt;
    // The text at the right end of the line; never null.
    char *status;
    swirl_complete complete;
    swirl_notice notice;
    void *context;
    int is_dumb;
    int interrupted;
    // The search of the arrow keys: the typed text, the shown entry, and its distance from the newest entry.
    char *typed;
    char *shown;
    int place;
    // Bytes that were read after an Escape in search of the begin mark of a paste, and that belong to another key. They
    // are read again, in order.
    char pushed[8];
    int pushed_count;
    // The pasted text that the key PASTE_KEY inserts; null if there is none.
    wchar_t *paste;
    // Earlier states of the line, the current state last.
    snapshot *snapshots;
    int snapshot_count;
};

// The key that stands for a whole paste. No terminal sends this control character in UTF-8.
enum { PASTE_KEY = 0x81, MAXIMUM_SNAPSHOTS = 500, MAXIMUM_SNAPSHOT_CHARACTERS = 4000000 };
static const char paste_begin[] = "\033[200~";
static const char paste_end[] = "\033[201~";

static volatile sig_atomic_t interrupt_flag = 0;
static volatile sig_atomic_t resize_flag = 0;
static volatile sig_atomic_t resume_flag = 0;
static volatile sig_atomic_t end_signal = 0;

static void note_interrupt(int signal) {
    (void)signal;
    interrupt_flag = 1;
}

static void note_resize(int signal) {
    (void)signal;
    resize_flag = 1;
}

static void note_resume(int signal) {
    (void)signal;
    resume_flag = 1;
}

static void note_end(int signal) {
    if (!end_signal) end_signal = signal;
}

void swirl_watch_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_interrupt;
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = note_resize;
    sigaction(SIGWINCH, &action, NULL);
    action.sa_handler = note_resume;
    sigaction(SIGCONT, &action, NULL);
    static const int ends[] = {SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        // A signal that the parent process ignores stays ignored (nohup).
        struct sigaction old;
        if (sigaction(ends[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN) continue;
        action.sa_handler = note_end;
        sigaction(ends[i], &action, NULL);
    }
}

int swirl_end_signal(void) { return end_signal; }

int swirl_take_interrupt(void) {
    int raised = interrupt_flag;
    interrupt_flag = 0;
    return raised;
}

void swirl_use_locale(void) {
    if (setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
    // The names of a UTF-8 locale on different systems.
    static const char *const names[] = {"C.UTF-8", "UTF-8", "en_US.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (setlocale(LC_CTYPE, names[i])) return;
}

static swirl_editor *editor_of(EditLine *line) {
    swirl_editor *editor = NULL;
    el_get(line, EL_CLIENTDATA, (void **)&editor);
    return editor;
}

static char *prompt_of(EditLine *line) { return (char *)editor_of(line)->prompt; }

static char *status_of(EditLine *line) { return editor_of(line)->status; }

int swirl_terminal_columns(void) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

int swirl_terminal_rows(void) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_row;
}

// The position of the terminal's cursor after a text. libedit begins a new row at a line break and if a wide character
// does not fit into the rest of a row. It writes a tab as blanks and any other control character as two characters.
typedef struct {
    int row, column, columns;
} position;

static void step_over(position *at, const wchar_t *text, const wchar_t *end) {
    for (; text < end; text++) {
        if (*text == L'\n') {
            at->row++;
            at->column = 0;
            continue;
        }
        int width = *text == L'\t' ? 8 - at->column % 8 : wcwidth(*text);
        if (width < 0) width = 2;
        if (at->columns > 0 && at->column + width > at->columns) {
            at->row++;
            at->column = 0;
        }
        at->column += width;
        if (at->columns > 0 && at->column == at->columns) {
            at->row++;
            at->column = 0;
        }
    }
}

static position after_prompt(swirl_editor *editor) {
    position at = {.columns = swirl_terminal_columns()};
    wchar_t wide[256];
    size_t count = mbstowcs(wide, editor->prompt, 256);
    if (count != (size_t)-1) step_over(&at, wide, wide + count);
    return at;
}

// Draws the input line again, below `text`, which may be null. The cursor is first moved to the beginning of the line,
// where libedit expects it.
static void redraw(swirl_editor *editor, const char *text) {
    const LineInfoW *info = el_wline(editor->line);
    if (editor->is_dumb) {
        if (!text) return;
        fprintf(stdout, "\n%s\n", text);
    } else {
        position at = after_prompt(editor);
        step_over(&at, info->buffer, info->cursor);
        if (at.row > 0) fprintf(stdout, "\033[%dA", at.row);
        fputs("\r\033[J", stdout);
        if (text) fprintf(stdout, "%s\n", text);
    }
    fflush(stdout);
    el_set(editor->line, EL_REFRESH);
}

// Shows the program's notice and status while the user types a line.
static void take_notice(swirl_editor *editor) {
    char *status = NULL;
    char *text = editor->notice(editor->context, &status);
    int changed = status && strcmp(status, editor->status) != 0;
    if (status && changed) {
        free(editor->status);
        editor->status = status;
    } else {
        free(status);
    }
    if (text || (changed && !editor->is_dumb)) redraw(editor, text);
    free(text);
}

// Asks the terminal to mark pasted text (bracketed paste), or to stop that. Text that is pasted while a command runs is
// not marked.
static void mark_pastes(swirl_editor *editor, int on) {
    if (editor->is_dumb) return;
    fputs(on ? "\033[?2004h" : "\033[?2004l", stdout);
    fflush(stdout);
}

// Reads one byte. Unlike libedit's own reader, it returns when a flag is set: 0, the end of input, after a signal that
// ends the process; -1 after an interrupt.
static int read_byte(swirl_editor *editor, char *byte) {
    if (editor->pushed_count > 0) {
        *byte = editor->pushed[0];
        memmove(editor->pushed, editor->pushed + 1, (size_t)--editor->pushed_count);
        return 1;
    }
    for (;;) {
        if (end_signal) return 0;
        if (interrupt_flag) {
            interrupt_flag = 0;
            editor->interrupted = 1;
            errno = EINTR;
            return -1;
        }
        if (resume_flag) {
            // The process was stopped and continued. The shell may have changed the terminal's mode meanwhile.
            resume_flag = 0;
            el_set(editor->line, EL_PREP_TERM, 0);
            el_set(editor->line, EL_PREP_TERM, 1);
            mark_pastes(editor, 1);
            redraw(editor, NULL);
        }
        if (resize_flag) {
            resize_flag = 0;
            el_resize(editor->line);
            redraw(editor, NULL);
        }
        struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
        // A signal may arrive between the check of the flag and poll(); the time-out limits the delay.
        int ready = poll(&input, 1, 200);
        if (ready == 0) take_notice(editor);
        if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
        if (ready < 0) return -1;
        ssize_t count = read(STDIN_FILENO, byte, 1);
        if (count < 0 && errno == EINTR) continue;
        return (int)count;
    }
}

int swirl_input_waits(void) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 0) > 0;
}

// Returns true if the bytes after an Escape that has just been read begin a paste. If not, they are read again.
static int begins_paste(swirl_editor *editor) {
    char seen[sizeof paste_begin];
    int count = 0;
    int is_paste = 1;
    while (is_paste && paste_begin[count + 1]) {
        // The bytes of a key arrive together. A later byte is another key, such as the one after a typed Escape.
        struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
        if (editor->pushed_count == 0 && poll(&input, 1, 30) <= 0) {
            is_paste = 0;
        } else if (read_byte(editor, &seen[count]) <= 0) {
            // The caller reads again and meets the same end or interrupt.
            if (editor->interrupted) {
                editor->interrupted = 0;
                interrupt_flag = 1;
            }
            is_paste = 0;
        } else {
            is_paste = seen[count] == paste_begin[count + 1];
            count++;
        }
    }
    if (!is_paste) {
        memmove(editor->pushed + count, editor->pushed, (size_t)editor->pushed_count);
        memcpy(editor->pushed, seen, (size_t)count);
        editor->pushed_count += count;
    }
    return is_paste;
}

// Converts pasted bytes to the text that is inserted: line breaks of all systems become "\n", line breaks at the end are
// dropped, so that the text runs at Enter and not before, and bytes that are no UTF-8 become U+FFFD.
static wchar_t *pasted_text(const char *bytes, size_t count) {
    wchar_t *text = malloc((count + 1) * sizeof *text);
    if (!text) return NULL;
    mbstate_t state;
    memset(&state, 0, sizeof state);
    size_t length = 0;
    for (size_t i = 0; i < count;) {
        wchar_t character;
        size_t used = mbrtowc(&character, bytes + i, count - i, &state);
        if (used == (size_t)-1 || used == (size_t)-2) {
            memset(&state, 0, sizeof state);
            character = 0xFFFD;
            used = 1;
        }
        i += used > 0 ? used : 1;
        if (character == L'\0') character = 0xFFFD;
        // While a line is edited, the terminal swaps the two characters of a line end.
        if (character == L'\r' || character == L'\n') {
            if (i < count && bytes[i] == (character == L'\r' ? '\n' : '\r')) i++;
            character = L'\n';
        }
        text[length++] = character;
    }
    while (length > 0 && text[length - 1] == L'\n') length--;
    text[length] = 0;
    return text;
}

// Reads and drops the rest of a paste that Ctrl-C interrupted, up to its end mark or a pause. Its lines would otherwise
// run as if they were typed.
static void discard_paste(void) {
    size_t matched = 0;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    char byte;
    while (paste_end[matched] && poll(&input, 1, 200) > 0) {
        if (read(STDIN_FILENO, &byte, 1) <= 0) break;
        matched = byte == paste_end[matched] ? matched + 1 : byte == paste_end[0] ? 1 : 0;
    }
    interrupt_flag = 0;
}

// Reads a paste to its end mark.
//
// Returns 1, or what read_byte() returned instead of a byte.
static int take_paste(swirl_editor *editor) {
    size_t count = 0, room = 4096;
    char *bytes = malloc(room);
    int outcome = -1;
    while (bytes && (outcome = read_byte(editor, bytes + count)) == 1) {
        count++;
        size_t mark = sizeof paste_end - 1;
        if (count >= mark && memcmp(bytes + count - mark, paste_end, mark) == 0) {
            free(editor->paste);
            editor->paste = pasted_text(bytes, count - mark);
            break;
        }
        if (count == room) {
            char *larger = realloc(bytes, room *= 2);
            if (!larger) free(bytes);
            bytes = larger;
        }
    }
    free(bytes);
    if (outcome < 0) discard_paste();
    return outcome;
}

static unsigned char paste_key(EditLine *line, int key) {
    (void)key;
    swirl_editor *editor = editor_of(line);
    if (!editor->paste) return CC_ERROR;
    int done = *editor->paste ? el_winsertstr(line, editor->paste) : 0;
    free(editor->paste);
    editor->paste = NULL;
    return done == 0 ? CC_REFRESH : CC_ERROR;
}

static void forget_snapshots(swirl_editor *editor) {
    while (editor->snapshot_count > 0) free(editor->snapshots[--editor->snapshot_count].text);
}

// Keeps the line's state before a key, if the last key changed the text. libedit's own undo exists in vi mode only.
static void note_state(swirl_editor *editor) {
    const LineInfoW *info = el_wline(editor->line);
    size_t length = (size_t)(info->lastchar - info->buffer), cursor = (size_t)(info->cursor - info->buffer);
    // During a search, libedit shows the pattern in a last line of its own.
    for (size_t i = length; i > 0; i--) {
        if (info->buffer[i - 1] != L'\n') continue;
        if (length - i >= 4 && (wmemcmp(info->buffer + i, L"bck:", 4) == 0 || wmemcmp(info->buffer + i, L"fwd:", 4) == 0))
            return;
        break;
    }
    snapshot *last = editor->snapshot_count > 0 ? &editor->snapshots[editor->snapshot_count - 1] : NULL;
    if (last && last->length == length && wmemcmp(last->text, info->buffer, length) == 0) {
        last->cursor = cursor;
        return;
    }
    // A line begins with the state that undo leads back to.
    int is_typing = last && length == last->length + 1 && cursor == last->cursor + 1 &&
                    wmemcmp(last->text, info->buffer, last->cursor) == 0 && info->buffer[cursor - 1] != L' ';
    wchar_t *text = malloc((length + 1) * sizeof *text);
    if (!text) return;
    wmemcpy(text, info->buffer, length);
    snapshot state = {.text = text, .length = length, .cursor = cursor, .is_typing = is_typing};
    if (last && is_typing && last->is_typing) {
        free(last->text);
        *last = state;
        return;
    }
    if (!editor->snapshots) editor->snapshots = calloc(MAXIMUM_SNAPSHOTS, sizeof *editor->snapshots);
    if (!editor->snapshots) {
        free(text);
        return;
    }
    size_t kept = length;
    for (int i = 0; i < editor->snapshot_count; i++) kept += editor->snapshots[i].length;
    while (editor->snapshot_count > 1 &&
           (editor->snapshot_count == MAXIMUM_SNAPSHOTS || kept > MAXIMUM_SNAPSHOT_CHARACTERS)) {
        kept -= editor->snapshots[0].length;
        free(editor->snapshots[0].text);
        memmove(editor->snapshots, editor->snapshots + 1,
                (size_t)(editor->snapshot_count - 1) * sizeof *editor->snapshots);
        editor->snapshot_count--;
    }
    editor->snapshots[editor->snapshot_count++] = state;
}

static unsigned char undo_key(EditLine *line, int key) {
    (void)key;
    swirl_editor *editor = editor_of(line);
    if (editor->snapshot_count < 2) return CC_ERROR;
    free(editor->snapshots[--editor->snapshot_count].text);
    snapshot *state = &editor->snapshots[editor->snapshot_count - 1];
    state->is_typing = 0;
    const LineInfoW *info = el_wline(line);
    el_cursor(line, (int)(info->lastchar - info->cursor));
    el_deletestr(line, (int)(info->lastchar - info->buffer));
    state->text[state->length] = 0;
    if (state->length > 0) el_winsertstr(line, state->text);
    el_cursor(line, -(int)(state->length - state->cursor));
    return CC_REFRESH;
}

// Reads one character. A paste becomes the one key PASTE_KEY.
static int read_character(EditLine *line, wchar_t *out) {
    swirl_editor *editor = editor_of(line);
    note_state(editor);
    mbstate_t state;
    memset(&state, 0, sizeof state);
    for (;;) {
        char byte;
        int outcome = read_byte(editor, &byte);
        if (outcome <= 0) return outcome;
        if (byte == '\033' && begins_paste(editor)) {
            outcome = take_paste(editor);
            if (outcome <= 0) return outcome;
            *out = PASTE_KEY;
            return 1;
        }
        size_t used = mbrtowc(out, &byte, 1, &state);
        if (used == (size_t)-2) continue;
        if (used == (size_t)-1) {
            memset(&state, 0, sizeof state);
            continue;
        }
        return 1;
    }
}

static unsigned char complete_key(EditLine *line, int key) {
    (void)key;
    swirl_editor *editor = editor_of(line);
    const LineInfo *info = el_line(line);
    size_t length = (size_t)(info->cursor - info->buffer);
    char *before = malloc(length + 1);
    if (!before) return CC_ERROR;
    memcpy(before, info->buffer, length);
    before[length] = 0;
    char *listing = NULL;
    char *insertion = editor->complete(editor->context, before, &listing);
    free(before);
    if (listing) {
        // The listing goes below the last row of the input.
        const LineInfoW *wide = el_wline(line);
        position at = after_prompt(editor), end = at;
        step_over(&at, wide->buffer, wide->cursor);
        step_over(&end, wide->buffer, wide->lastchar);
        if (!editor->is_dumb && end.row > at.row) fprintf(stdout, "\033[%dB", end.row - at.row);
        fprintf(stdout, editor->is_dumb ? "\n%s\n" : "\n\033[J%s\n", listing);
        fflush(stdout);
        free(listing);
    }
    if (!insertion) return CC_REDISPLAY;
    int done = el_insertstr(line, insertion);
    free(insertion);
    return done == 0 ? CC_REFRESH : CC_ERROR;
}

static void keep(char **slot, const char *text, size_t length) {
    free(*slot);
    *slot = strndup(text, length);
}

// Returns the entry that begins with the typed text, counted from the newest; null if there are fewer entries. Equal
// neighbors count once.
static const char *entry(swirl_editor *editor, int place) {
    HistEvent event;
    const char *previous = NULL;
    size_t length = strlen(editor->typed);
    for (int found = history(editor->history, &event, H_FIRST); found >= 0;
         found = history(editor->history, &event, H_NEXT)) {
        if (strncmp(event.str, editor->typed, length) != 0) continue;
        if (previous && strcmp(previous, event.str) == 0) continue;
        previous = event.str;
        if (place-- == 0) return event.str;
    }
    return NULL;
}

// libedit's own search finds the typed text anywhere in an entry; this one only at the beginning.
static unsigned char search(EditLine *line, int step) {
    swirl_editor *editor = editor_of(line);
    const LineInfo *info = el_line(line);
    size_t length = (size_t)(info->lastchar - info->buffer);
    int goes_on = editor->shown && strlen(editor->shown) == length &&
                  strncmp(editor->shown, info->buffer, length) == 0;
    if (!goes_on) {
        keep(&editor->typed, info->buffer, (size_t)(info->cursor - info->buffer));
        editor->place = -1;
    }
    int place = editor->place + step;
    if (place < -1) return CC_ERROR;
    const char *text = place < 0 ? editor->typed : entry(editor, place);
    if (!text) return CC_ERROR;
    editor->place = place;
    keep(&editor->shown, text, strlen(text));
    // The cursor and the counts are in characters, not bytes.
    const LineInfoW *wide = el_wline(line);
    el_cursor(line, (int)(wide->lastchar - wide->cursor));
    el_deletestr(line, (int)(wide->lastchar - wide->buffer));
    if (*editor->shown) el_insertstr(line, editor->shown);
    return CC_REFRESH;
}

static unsigned char previous_key(EditLine *line, int key) {
    (void)key;
    return search(line, 1);
}

static unsigned char next_key(EditLine *line, int key) {
    (void)key;
    return search(line, -1);
}

// Binds swirl's keys in the mode that .editrc chose. .editrc may have reset all bindings.
static void bind_keys(EditLine *line) {
    static const char *const arrows[][2] = {
        {"\033[A", "swirl-previous"}, {"\033OA", "swirl-previous"},
        {"\033[B", "swirl-next"},     {"\033OB", "swirl-next"},
    };
    const char *mode = NULL;
    el_get(line, EL_EDITOR, &mode);
    int is_vi = mode && strcmp(mode, "vi") == 0;
    el_set(line, EL_BIND, "^I", "swirl-complete", NULL);
    el_set(line, EL_BIND, "^R", "em-inc-search-prev", NULL);
    for (size_t i = 0; i < sizeof arrows / sizeof *arrows; i++) {
        // In vi mode, Escape alone ends the insert mode, so no key of that mode may begin with it. The characters after it
        // are read as a command.
        if (is_vi)
            el_set(line, EL_BIND, "-a", arrows[i][0] + 1, arrows[i][1], NULL);
        else
            el_set(line, EL_BIND, arrows[i][0], arrows[i][1], NULL);
    }
    // The paste key, in the notation of bind; in vi mode it works in both modes.
    el_set(line, EL_BIND, "\\201", "swirl-paste", NULL);
    if (is_vi) {
        el_set(line, EL_BIND, "-a", "\\201", "swirl-paste", NULL);
        el_set(line, EL_BIND, "-a", "u", "swirl-undo", NULL);
    } else {
        el_set(line, EL_BIND, "^_", "swirl-undo", NULL);
        // libedit's own functions for these keys keep only the first 1,024 characters of the line.
        el_set(line, EL_BIND, "^P", "swirl-previous", NULL);
        el_set(line, EL_BIND, "^N", "swirl-next", NULL);
        el_set(line, EL_BIND, "^X^U", "swirl-undo", NULL);
    }
    if (is_vi) {
        el_set(line, EL_BIND, "-a", "k", "swirl-previous", NULL);
        el_set(line, EL_BIND, "-a", "j", "swirl-next", NULL);
    }
}

swirl_editor *swirl_editor_new(const char *program, swirl_complete complete, swirl_notice notice,
                               void *context) {
    swirl_editor *editor = calloc(1, sizeof *editor);
    if (!editor) return NULL;
    editor->complete = complete;
    editor->notice = notice;
    editor->context = context;
    editor->prompt = "";
    editor->status = strdup("");
    const char *terminal = getenv("TERM");
    editor->is_dumb = !terminal || strcmp(terminal, "dumb") == 0;
    editor->line = el_init(program, stdin, stdout, stderr);
    editor->history = history_init();
    if (!editor->line || !editor->history || !editor->status) {
        swirl_editor_free(editor);
        return NULL;
    }
    HistEvent event;
    history(editor->history, &event, H_SETSIZE, 2000);
    history(editor->history, &event, H_SETUNIQUE, 1);
    el_set(editor->line, EL_CLIENTDATA, editor);
    el_set(editor->line, EL_PROMPT, prompt_of);
    if (!editor->is_dumb) el_set(editor->line, EL_RPROMPT, status_of);
    el_set(editor->line, EL_EDITOR, "emacs");
    el_set(editor->line, EL_SIGNAL, 0);
    el_set(editor->line, EL_HIST, history, editor->history);
    el_set(editor->line, EL_GETCFN, read_character);
    el_set(editor->line, EL_ADDFN, "swirl-complete", "complete a word", complete_key);
    el_set(editor->line, EL_ADDFN, "swirl-previous", "older entry that begins with the typed text", previous_key);
    el_set(editor->line, EL_ADDFN, "swirl-next", "newer entry that begins with the typed text", next_key);
    el_set(editor->line, EL_ADDFN, "swirl-paste", "insert pasted text", paste_key);
    el_set(editor->line, EL_ADDFN, "swirl-undo", "undo the last change", undo_key);
    el_source(editor->line, NULL);
    bind_keys(editor->line);
    return editor;
}

void swirl_editor_free(swirl_editor *editor) {
    if (editor->line) el_end(editor->line);
    if (editor->history) history_end(editor->history);
    free(editor->status);
    free(editor->typed);
    free(editor->shown);
    free(editor->paste);
    forget_snapshots(editor);
    free(editor->snapshots);
    free(editor);
}

swirl_outcome swirl_editor_read(swirl_editor *editor, const char *prompt, char **text) {
    int length = 0;
    editor->prompt = prompt;
    editor->interrupted = 0;
    free(editor->shown);
    editor->shown = NULL;
    forget_snapshots(editor);
    editor->pushed_count = 0;
    free(editor->paste);
    editor->paste = NULL;
    mark_pastes(editor, 1);
    const char *line = el_gets(editor->line, &length);
    mark_pastes(editor, 0);
    if (!line || length <= 0) {
        if (!editor->interrupted) return swirl_end;
        el_reset(editor->line);
        return swirl_interrupted;
    }
    if (line[length - 1] == '\n') length--;
    *text = strndup(line, (size_t)length);
    return swirl_line;
}

void swirl_history_add(swirl_editor *editor, const char *line) {
    HistEvent event;
    history(editor->history, &event, H_ENTER, line);
}

const char *swirl_history_last(swirl_editor *editor) {
    HistEvent event;
    return history(editor->history, &event, H_FIRST) >= 0 ? event.str : NULL;
}

int swirl_shell(const char *command) { return system(command); }
