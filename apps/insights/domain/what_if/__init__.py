"""Another scheme on the same ballots (试算): what may be changed, what stays protected, what comes out."""
