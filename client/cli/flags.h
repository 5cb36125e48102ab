// SPDX-License-Identifier: Apache-2.0
// THE FLAG TABLES of the commands.
#ifndef WEIHU_CLI_FLAGS_H
#define WEIHU_CLI_FLAGS_H

#include "cli/command.h"

extern const struct flag no_flags[], limit_flags[], document_flags[], import_flags[], asset_flags[], part_list_flags[],
    file_flags[], ticket_list_flags[], edit_flags[], comment_flags[], attach_flags[], fetch_flags[], why_flags[],
    do_flags[], step_flags[], change_flags[], work_flags[], program_list_flags[], program_flags[], program_edit_flags[],
    designate_flags[], reading_flags[], person_list_flags[], person_flags[], person_edit_flags[], token_flags[],
    audit_flags[], audit_export_flags[], review_list_flags[], review_open_flags[], review_record_flags[],
    review_verdict_flags[], review_decide_flags[], review_conclude_flags[], review_report_flags[], audit_verify_flags[],
    audit_pin_flags[], report_flags[], export_flags[], review_list_flags[], review_open_flags[], review_record_flags[],
    review_verdict_flags[], review_decide_flags[], review_conclude_flags[], review_report_flags[], workflow_flags[],
    login_flags[], api_flags[], password_flags[], enrol_flags[], unenrol_flags[], lend_flags[], waiver_flags[],
    loan_flags[];

#endif
