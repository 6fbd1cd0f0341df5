// libedit for Swift: its variadic functions behind fixed signatures, and the parts that run inside a
// signal handler or a C callback.
#ifndef SWIRL_EDITLINE_H
#define SWIRL_EDITLINE_H

#include <stddef.h>

typedef struct swirl_editor swirl_editor;

// Called when Tab is pressed. line: the text before the cursor, UTF-8. Returns text to insert, or null
// for nothing; *listing becomes the text to show below the line, or stays null. The caller frees both with
// free().
typedef char *(*swirl_complete)(void *context, const char *line, char **listing);

// Called several times a second while the user types a line. Returns lines to show above it, or null;
// *status becomes the text at the line's right end, or stays null to keep the old text. Both are UTF-8 without a
// line break at the end; the caller frees both with free().
typedef char *(*swirl_notice)(void *context, char **status);

// The result of reading a line.
typedef enum { swirl_line, swirl_end, swirl_interrupted } swirl_outcome;

// An editor on standard input and output with emacs keys, history with prefix search on the arrow
// keys, and the user's .editrc. Null when the terminal can't be used.
swirl_editor *swirl_editor_new(const char *program, swirl_complete complete, swirl_notice notice,
                               void *context);
void swirl_editor_free(swirl_editor *editor);

// Reads one line into *text (to be freed with free(), without its line break). The text contains line breaks if it was
// pasted or recalled with them. Pasted text only runs when the user presses Enter.
swirl_outcome swirl_editor_read(swirl_editor *editor, const char *prompt, char **text);

void swirl_history_add(swirl_editor *editor, const char *line);

// True if input is waiting that was sent before the program asked for it.
int swirl_input_waits(void);

// The newest entry, or null.
const char *swirl_history_last(swirl_editor *editor);

// The size of the terminal on standard output; 0 if there is none.
int swirl_terminal_rows(void);
int swirl_terminal_columns(void);
// Runs a shell command that may use the terminal, such as a pager or an editor. Returns its wait status.
int swirl_shell(const char *command);

// Installs handlers for SIGINT, SIGWINCH, SIGCONT, SIGTERM and SIGHUP that only set flags.
void swirl_watch_signals(void);
// The first of SIGTERM and SIGHUP that arrived; 0 if none did.
int swirl_end_signal(void);
// Clears the flag of SIGINT and returns its earlier value.
int swirl_take_interrupt(void);

// Sets the character types from the environment (C.UTF-8 if its locale does not exist); number formats stay "C".
void swirl_use_locale(void);

#endif
