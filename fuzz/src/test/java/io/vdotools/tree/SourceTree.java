package io.vdotools.tree;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The files of the working tree, without what builds and version control put there.
 *
 * @param root the directory that holds the parent POM
 */
record SourceTree(Path root) {
  private static final Set<String> NOT_SOURCE = Set.of(".git", ".idea", ".vscode", "target");

  /** The tree that the running build belongs to; the parent POM passes its place on. */
  static SourceTree ofThisBuild() {
    String root = System.getProperty("vdotools.tree");
    if (root == null || root.isEmpty()) {
      throw new IllegalStateException("set -Dvdotools.tree to the directory of the parent POM");
    }
    return new SourceTree(Path.of(root));
  }

  /** {@return all Java files, in the order of their paths} */
  List<Path> javaFiles() throws IOException {
    return files().stream().filter(file -> file.toString().endsWith(".java")).toList();
  }

  /** {@return all files, in the order of their paths} */
  List<Path> files() throws IOException {
    var found = new ArrayList<Path>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return NOT_SOURCE.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            // A work tree keeps a file named .git where a clone keeps a directory.
            if (attributes.isRegularFile() && !file.endsWith(".git")) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(Comparator.naturalOrder());
    return found;
  }

  /** {@return the name of {@code file} as seen from the root, with slashes} */
  String name(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }
}
