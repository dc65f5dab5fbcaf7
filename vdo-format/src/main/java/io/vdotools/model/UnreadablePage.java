package io.vdotools.model;

/**
 * A page of the block map whose content is lost: mappings of all LBNs below it are unknown.
 *
 * @param place where it belongs, and the PBN that the entry above names, whatever that is worth
 * @param cause what is wrong with it
 */
public record UnreadablePage(PagePlace place, UnreadableCause cause) {}
